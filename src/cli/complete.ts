import type { Command } from 'commander';

/** What bash's script calls of the package bash-completion, for shells that lack it. */
const BASH_WORDS = `declare -F _get_comp_words_by_ref > /dev/null || _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
}
`;

/**
 * Adds `complete`: prints a shell's completion script, and answers what that script asks while one types.
 * Input types are completed too, from the table of formats. Bash needs nothing beside itself.
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
  const complete = program.commands.find((command) => command.name() === 'complete');
  complete?.hook('preAction', (_, { args }) => void (args[0] === 'bash' && process.stdout.write(BASH_WORDS)));
  for (const command of completion.commands.values()) {
    const type = command.options.get('type');
    if (type !== undefined) type.handler = (complete) => inputTypes().forEach((name) => complete(name, ''));
  }
}
