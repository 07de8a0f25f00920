/** A text for the base64 modifiers: its characters, or one character a byte after a utf16 modifier. */
export interface Encodable {
  readonly text: string;
  readonly bytes: boolean;
}

/** The utf16 modifiers: a text as one character a byte. Source: Sigma modifiers 2.1, "Encoding". */
export const UTF16: Readonly<Record<string, (text: string) => string>> = {
  utf16le: (text) => Buffer.from(text, 'utf16le').toString('latin1'),
  wide: (text) => Buffer.from(text, 'utf16le').toString('latin1'),
  utf16be: (text) => Buffer.from(text, 'utf16le').swap16().toString('latin1'),
  utf16: (text) => `\u00ff\u00fe${Buffer.from(text, 'utf16le').toString('latin1')}`,
};

/** The base64 form of a text's UTF-8 bytes, or of its bytes. */
export function base64(value: Encodable): string {
  return bytesOf(value).toString('base64');
}

/** First characters that depend on the bytes before, by offset; last ones that depend on those after, by length mod 3. */
const START = [0, 2, 3] as const;
const END = [0, 3, 2] as const;

/**
 * What a text looks like inside a longer base64 text, for each of the three alignments. Works on bytes.
 * Source: Sigma modifiers 2.1, `base64offset`.
 */
export function base64Offsets(value: Encodable): readonly string[] {
  const bytes = bytesOf(value);
  return START.map((start, offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const end = END[(bytes.length + offset) % 3] ?? 0;
    return encoded.slice(start, encoded.length - end);
  });
}

function bytesOf({ text, bytes }: Encodable): Buffer {
  return Buffer.from(text, bytes ? 'latin1' : 'utf8');
}
