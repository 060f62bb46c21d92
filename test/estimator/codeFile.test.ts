import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { matrix } from '../../src/algebra/tensor.ts';
import { packSigns } from '../../src/classify/hashing/codes.ts';
import { readBytes } from '../../src/data/node/readFile.ts';
import {
  type CodeFile,
  labelledPair,
  parseCodes,
  readCodes,
  writeCodes,
} from '../../src/estimator/node/codeFile.ts';
import { type Entry, encodeSafetensors } from '../../src/models/safetensors.ts';
import { randomCodes } from '../classify/hashing/randomCodes.ts';
import { temporaryFolder } from '../data/helpers.ts';

const folder = temporaryFolder();
const path = join(folder, 'codes');

function bytesOf(entries: readonly Entry[], description: unknown): Uint8Array {
  const pieces = [...encodeSafetensors(entries, { 'ashlar codes': JSON.stringify(description) })];
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

describe('a file of codes', () => {
  it.each([16, 17, 31, 32, 33, 64, 100, 128])(
    'gives back codes of %i bits, with and without labels',
    async (bits) => {
      const { codes } = randomCodes(7, bits, bits);
      const labels = Uint32Array.from([0, 1, 2, 0, 1, 2, 0]);
      for (const file of [{ codes }, { codes, labels, classes: ['a', 'b', 'c'] }] satisfies CodeFile[]) {
        await writeCodes(path, file);
        expect(await readCodes(path)).toEqual(file);
      }
    },
  );

  it('is what binary indexes want: bit k in bit k mod 8 of byte k/8', async () => {
    const signs = Float32Array.from({ length: 24 }, (_, k) => (k === 0 || k === 9 || k === 23 ? 1 : -1));
    await writeCodes(path, { codes: packSigns(matrix(1, 24, signs)) });
    expect([...(await readBytes(path)).subarray(-3)]).toEqual([1, 2, 128]);
  });

  it('counts no bits beyond the last', () => {
    const codes = { name: 'codes', shape: [1, 3], parts: [Uint8Array.of(0xff, 0xff, 0xff)] };
    expect(parseCodes(bytesOf([codes], { bits: 20 }), 'x').codes.words).toEqual(Uint32Array.of(0xfffff));
  });

  const codes = { name: 'codes', shape: [2, 2], parts: [new Uint8Array(4)] };
  const labels = (...numbers: number[]): Entry => ({
    name: 'labels',
    shape: [numbers.length],
    parts: [Uint32Array.from(numbers)],
  });
  it.each([
    ['other bytes', Uint8Array.of(1, 2, 3), /x is not a file of codes \(its header cannot be read\)/],
    [
      'a cut file',
      bytesOf([codes], { bits: 16 }).subarray(0, -1),
      /has \d+ bytes where its header promises \d+/,
    ],
    ['another description', bytesOf([codes], { words: 16 }), /its header cannot be read/],
    ['a length out of range', bytesOf([codes], { bits: 8 }), /length of a code is 8 bits/],
    ['codes of another length', bytesOf([codes], { bits: 24 }), /it has no codes of 24 bits/],
    ['no codes', bytesOf([], { bits: 16 }), /it has no codes of 16 bits/],
    [
      'too few labels',
      bytesOf([labels(1), codes], { bits: 16, classes: ['a', 'b'] }),
      /no label for each of its 2/,
    ],
    [
      'labels beyond',
      bytesOf([labels(0, 2), codes], { bits: 16, classes: ['a', 'b'] }),
      /labels beyond its 2 classes/,
    ],
  ])('is refused with %s', (_, bytes, words) => {
    expect(() => parseCodes(bytes, 'x')).toThrow(UserError);
    expect(() => parseCodes(bytes, 'x')).toThrow(words);
  });

  it('is read or refused, whatever its bytes', async () => {
    await writeCodes(path, {
      codes: randomCodes(3, 20, 1).codes,
      labels: Uint32Array.of(0, 1, 0),
      classes: ['a', 'b'],
    });
    const whole = await readBytes(path);
    const spoilt = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Uint8Array.from(whole);
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), spoilt), (bytes) => {
        try {
          const { codes: read } = parseCodes(bytes, 'x');
          expect(read.words.length).toBe(read.count * Math.ceil(read.bits / 32));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('says which file is missing', async () => {
    writeFileSync(path, '');
    await expect(readCodes(join(folder, 'none'))).rejects.toThrow(/none" cannot be read/);
    await expect(readCodes(path)).rejects.toThrow(/is not a file of codes/);
  });
});

describe('a pair of files', () => {
  const file = (classes: string[], ...labels: number[]): CodeFile => ({
    codes: randomCodes(labels.length, 16, 1).codes,
    labels: Uint32Array.from(labels),
    classes,
  });

  it('has the same class where the names are the same', () => {
    const { index, queries } = labelledPair(file(['a', 'b'], 0, 1), 'i', file(['b', 'c'], 0, 1), 'q');
    expect([...index.labels]).toEqual([0, 1]);
    expect([...queries.labels]).toEqual([1, 2]);
  });

  it('needs labels in both', () => {
    const { codes } = file(['a', 'b'], 0, 1);
    expect(() => labelledPair({ codes }, 'i', file(['a'], 0), 'q')).toThrow(/^i has codes without classes/);
    expect(() => labelledPair(file(['a'], 0), 'i', { codes }, 'q')).toThrow(/^q has codes without classes/);
  });
});
