import { readFileSync } from 'node:fs';
import type { Kernel } from '@hourmill/kernel';
import { fingerprint, Reject, readKeyValue } from '@hourmill/record';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testKernel } from './support/test-kernel.ts';
import { fillBlock, flagsOf, type JsonText, openBatch, PUNT, parsed } from './support/value-block.ts';

const BLOCK = 128;

/** A kernel whose key has so many fields, and its batch. */
function kernelOf(fields: number): { kernel: Kernel; batch: number } {
  const kernel = testKernel();
  kernel.exports.setFields(fields);
  for (let field = 0; field < fields; field++) kernel.exports.addKeyField(field);
  return { kernel, batch: openBatch(kernel, 0, true) };
}

const kernels = [1, 2, 3].map(kernelOf);

/** Fingerprints by row; undefined where the host has to judge. */
function fingerprintsOf(keys: readonly (readonly JsonText[])[]): (string | undefined)[] {
  const fields = keys[0]?.length ?? 0;
  const { kernel, batch } = kernels[fields - 1] ?? kernelOf(fields);
  fillBlock(
    kernel,
    Array.from({ length: fields }, (_, field) => keys.map((key) => key[field])),
  );
  kernel.exports.hashKey(0, 0);
  return flagsOf(kernel).map((flags, row) => {
    if (flags === PUNT) return undefined;
    const at = kernel.exports.fingerprintAt(batch) + 16 * row;
    const halves = [at, at + 8].map((half) => kernel.view.getBigUint64(half, true).toString(16).padStart(16, '0'));
    return halves.join('');
  });
}

/** The same by the definition; undefined for a reject. */
function expected(key: readonly JsonText[]): string | undefined {
  const values = key.map((json) => readKeyValue(parsed(json), ['id']));
  const usable = values.flatMap((value) => (value === null || value instanceof Reject ? [] : [value]));
  return usable.length < values.length ? undefined : fingerprint(usable);
}

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.uuid(),
  fc.string({ minLength: 100, maxLength: 300 }),
);
const integer = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-100n, 100n)).map(String);
const usual: fc.Arbitrary<JsonText> = fc.oneof(
  { weight: 4, arbitrary: text.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: integer },
  {
    weight: 1,
    arbitrary: fc.constantFrom('true', 'false', '-0', '1.0', '1e0', '1.5', '1e300', '9223372036854775808.0'),
  },
);
const unusable: fc.Arbitrary<JsonText> = fc.constantFrom(
  undefined,
  'null',
  '{}',
  '[1]',
  '1e400',
  '9223372036854775808',
);

function rowsOf(component: fc.Arbitrary<JsonText>, fields: number): fc.Arbitrary<JsonText[][]> {
  return fc.array(fc.array(component, { minLength: fields, maxLength: fields }), { minLength: 1, maxLength: BLOCK });
}

describe.each([1, 2, 3])('keys of %i fields', (fields) => {
  it('have the fingerprint hm1', () => {
    fc.assert(
      fc.property(rowsOf(usual, fields), (keys) => {
        expect(fingerprintsOf(keys)).toEqual(keys.map(expected));
      }),
      { numRuns: 25 },
    );
  });

  it('with a component that can be none are left to the host, and no other', () => {
    const mostlyUsual = fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: unusable });
    fc.assert(
      fc.property(rowsOf(mostlyUsual, fields), (keys) => {
        expect(fingerprintsOf(keys)).toEqual(keys.map(expected));
      }),
      { numRuns: 25 },
    );
  });
});

describe('hm1', () => {
  const file = new URL('../../testkit/vectors/hm1.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
    vectors: { json: string[]; fingerprint: string }[];
  };

  it.each(vectors.map(({ json, fingerprint }) => [json, fingerprint] as const))(
    'of %j is its vector',
    (key, wanted) => {
      expect(fingerprintsOf([key])).toEqual([wanted]);
    },
  );

  it("of a string of every length up to 80 bytes is the definition's", () => {
    const keys = Array.from({ length: 81 }, (_, length) => [
      JSON.stringify('0123456789abcdef'.repeat(6).slice(0, length)),
    ]);
    expect(fingerprintsOf(keys)).toEqual(keys.map(expected));
  });

  it("of keys longer than the buffer for many is the definition's", () => {
    const keys = [1, 40_000, 3, 70_000, 20_000, 20_000, 5].map((length) => ['7', JSON.stringify('x'.repeat(length))]);
    expect(fingerprintsOf(keys)).toEqual(keys.map(expected));
  });
});
