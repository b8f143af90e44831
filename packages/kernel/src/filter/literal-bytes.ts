/**
 * The bytes of a text in UTF-8. Half a surrogate pair becomes the three bytes that its code would have (WTF-8): they are in
 * order with all other code points and equal no text that can come, while U+FFFD would.
 */
export function literalBytes(text: string): Uint8Array {
  return text.isWellFormed() ? Buffer.from(text, 'utf8') : Buffer.concat([...text].map(codePointBytes));
}

function codePointBytes(character: string): Uint8Array {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0xd800 || code > 0xdfff) return Buffer.from(character, 'utf8');
  return Uint8Array.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
}
