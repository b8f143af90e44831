/** How Kafka's own clients name their settings, with what to say to who writes them into a definition. */
const CLIENT_KEYS: readonly (readonly [RegExp, string])[] = [
  [/^(bootstrap|metadata\.broker)/i, 'did you mean "brokers"?'],
  [/^isolation/i, 'did you mean "isolation"?'],
  [/^ssl/i, 'did you mean "tls"?'],
  [/^sasl/i, 'did you mean "sasl"?'],
  [/^security/i, 'did you mean "tls" or "sasl"?'],
  [
    /offset|reset|commit|group/i,
    'the offsets follow from the hour, so nothing is reset or committed and there is no consumer group;',
  ],
];

/** What to say of an unknown key of a Kafka source; null where the names of ours say enough. */
export function kafkaClientKeyText(key: string, known: readonly string[]): string | null {
  if (!known.includes('brokers')) return null;
  return CLIENT_KEYS.find(([pattern]) => pattern.test(key))?.[1] ?? null;
}
