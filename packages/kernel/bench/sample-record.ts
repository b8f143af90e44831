/** An event as JSON.stringify takes it: an id of its own in each, the rest from small sets or digits. */
export function sampleRecord(random: (below: number) => number, row: number) {
  const id = [8, 4, 4, 4, 12].map((digits) => Array.from({ length: digits }, () => random(16).toString(16)).join(''));
  return {
    id: id.join('-'),
    time: new Date(Date.UTC(2026, 10, 22, 10) + row * 90).toISOString(),
    page: `/articles/${random(5000)}/index.html`,
    country: ['DE', 'FR', 'US', 'GB', 'NL'][random(5)],
    campaign: `campaign-${random(300)}`,
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${90 + random(40)}.0.0.0`,
    price: random(1_000_000) / 1000,
    bytes: random(1_000_000),
  };
}
