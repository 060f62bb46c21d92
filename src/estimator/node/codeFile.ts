import { z } from 'zod';
import { UserError } from '../../algebra/errors.ts';
import { type Codes, requireBits, wordsOf } from '../../classify/hashing/codes.ts';
import type { Labelled } from '../../classify/hashing/relevance.ts';
import { readBytes } from '../../data/node/readFile.ts';
import { encodeSafetensors, type Header, headerLength, parseHeader } from '../../models/safetensors.ts';
import { writeWhole } from './files.ts';

/** Codes with the classes of their samples, where these are known. */
export interface CodeFile {
  readonly codes: Codes;
  /** `[n]`: places in `classes`. */
  readonly labels?: Uint32Array;
  /** Names of the classes. */
  readonly classes?: readonly string[];
}

const descriptionSchema = z.object({ bits: z.int(), classes: z.array(z.string()).exactOptional() });

/**
 * Writes codes in the safetensors format, which other programs read without ashlar: `codes`, U8 `[n, ⌈K/8⌉]`, bit k of a sample in bit
 * k mod 8 of byte ⌊k/8⌋, as binary indexes want it; `labels`, U32 `[n]`, where there are labels. The metadata hold K and the class
 * names as JSON under `ashlar codes`.
 */
export async function writeCodes(path: string, { codes, labels, classes }: CodeFile): Promise<void> {
  const { bits, count } = codes;
  const description: z.infer<typeof descriptionSchema> = { bits, ...(classes && { classes: [...classes] }) };
  await writeWhole(
    path,
    encodeSafetensors(
      [
        ...(labels ? [{ name: 'labels', shape: [count], parts: [labels] }] : []),
        { name: 'codes', shape: [count, bytesOf(bits)], parts: [toBytes(codes)] },
      ],
      { 'ashlar codes': JSON.stringify(description) },
    ),
  );
}

/** @throws UserError where the file cannot be read, is cut short or holds no codes. */
export async function readCodes(path: string): Promise<CodeFile> {
  return parseCodes(await readBytes(path), path);
}

/** Reads back what `writeCodes` wrote. @param where names the file in errors. */
export function parseCodes(bytes: Uint8Array, where: string): CodeFile {
  const foreign = (detail: string): UserError =>
    new UserError(
      `${where} is not a file of codes (${detail}): give a file that ashlar hash encode has written.`,
    );
  let header: Header;
  let description: z.infer<typeof descriptionSchema>;
  try {
    const length = headerLength(bytes.subarray(0, 8), where);
    header = parseHeader(bytes.subarray(8, 8 + length), where);
    description = descriptionSchema.parse(JSON.parse(header.metadata['ashlar codes'] ?? ''));
  } catch {
    throw foreign('its header cannot be read');
  }
  if (bytes.length !== header.size)
    throw foreign(`it has ${bytes.length} bytes where its header promises ${header.size}`);
  const { bits, classes } = description;
  requireBits(bits);
  const stored = header.tensors.get('codes');
  const count = stored?.shape[0] ?? 0;
  if (stored?.dtype !== 'U8' || stored.shape.join() !== [count, bytesOf(bits)].join())
    throw foreign(`it has no codes of ${bits} bits`);
  const codes = fromBytes(bytes.subarray(stored.start, stored.end), bits, count);
  const labels = header.tensors.get('labels');
  if (labels === undefined) return { codes };
  if (labels.dtype !== 'U32' || labels.shape.join() !== String(count) || classes === undefined)
    throw foreign(`it has no label for each of its ${count} codes`);
  // A copy: the bytes need not begin at a multiple of four.
  const numbers = new Uint32Array(new Uint8Array(bytes.subarray(labels.start, labels.end)).buffer);
  if (numbers.some((label) => label >= classes.length))
    throw foreign(`it has labels beyond its ${classes.length} classes`);
  return { codes, labels: numbers, classes };
}

/**
 * Codes with labels that can be compared: classes are the same where their names are, whatever their places in the two files.
 * @throws UserError where one has no labels.
 */
export function labelledPair(
  index: CodeFile,
  indexWhere: string,
  queries: CodeFile,
  queriesWhere: string,
): { readonly index: Labelled; readonly queries: Labelled } {
  const [indexed, asked] = [requireLabels(index, indexWhere), requireLabels(queries, queriesWhere)];
  const names = [...new Set([...indexed.classes, ...asked.classes])];
  const placed = ({ codes, labels, classes }: Required<CodeFile>): Labelled => ({
    codes,
    labels: labels.map((label) => names.indexOf(classes[label]!)),
  });
  return { index: placed(indexed), queries: placed(asked) };
}

function requireLabels({ codes, labels, classes }: CodeFile, where: string): Required<CodeFile> {
  if (labels === undefined || classes === undefined)
    throw new UserError(
      `${where} has codes without classes where they are needed to tell what is right: encode data whose classes are known.`,
    );
  return { codes, labels, classes };
}

const bytesOf = (bits: number): number => Math.ceil(bits / 8);

function toBytes({ bits, count, words }: Codes): Uint8Array {
  const [inFile, inMemory] = [bytesOf(bits), wordsOf(bits)];
  const bytes = new Uint8Array(count * inFile);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < inFile; j++)
      bytes[i * inFile + j] = words[i * inMemory + (j >>> 2)]! >>> (8 * (j & 3));
  return bytes;
}

function fromBytes(bytes: Uint8Array, bits: number, count: number): Codes {
  const [inFile, inMemory] = [bytesOf(bits), wordsOf(bits)];
  const words = new Uint32Array(count * inMemory);
  // Ones beyond the last bit would count in every distance.
  const last = bits % 8 === 0 ? 0xff : (1 << (bits % 8)) - 1;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < inFile; j++) {
      const byte = bytes[i * inFile + j]! & (j === inFile - 1 ? last : 0xff);
      words[i * inMemory + (j >>> 2)]! |= byte << (8 * (j & 3));
    }
  return { bits, count, words };
}
