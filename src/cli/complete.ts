import type { Command } from 'commander';

/**
 * Adds `complete`: prints a shell's completion script, and answers what that script asks while one types.
 * Input types are completed too, from the table of formats.
 */
export async function addCompletion(program: Command): Promise<void> {
  const declared = program.commands as Command[];
  declared.splice(
    declared.findIndex((command) => command.name() === 'complete'),
    1,
  );
  const [{ default: tab }, { inputTypes }] = await Promise.all([
    import('@bomb.sh/tab/commander'),
    import('../engine/types.js'),
  ]);
  const completion = tab(program);
  for (const command of completion.commands.values()) {
    const type = command.options.get('type');
    if (type !== undefined) type.handler = (complete) => inputTypes().forEach((name) => complete(name, ''));
  }
}
