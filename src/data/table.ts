import { UserError } from '../algebra/errors.ts';
import { type Matrix, matrix } from '../algebra/tensor.ts';
import { decimal, filledCell, numericCell, said } from './cells.ts';
import { type Classes, classesAmong, knownClasses } from './classes.ts';
import { openCsv } from './csv.ts';
import type { Dataset, Task } from './dataset.ts';
import { growingFloats } from './growing.ts';
import { oneHot } from './oneHot.ts';
import { quoted, quotedList } from './wording.ts';

export interface TableOptions {
  /** Name of the column to predict. */
  readonly target: string;
  /** Without it: regression when the targets are numbers, and not all whole or of more than 20 values. */
  readonly task?: Task | undefined;
  /** The columns that a trained model reads, in its order; otherwise all but the target. */
  readonly features?: readonly string[] | undefined;
  /** The classes of a trained model, in its order; they make it a classification. */
  readonly classes?: readonly string[] | undefined;
}

const MOST_NUMERIC_CLASSES = 20;
/** 2 GiB of float32. */
const MOST_ONE_HOT_ENTRIES = 2 ** 29;

/** The target column as it stands, with the line of each cell for messages. */
interface TargetColumn {
  readonly name: string;
  readonly where: string;
  readonly cells: readonly string[];
  readonly lines: readonly number[];
}

type RowReader = (cells: readonly string[], line: number) => void;

/** CSV or TSV text with a header line, for training; with `features` and `classes`, for evaluating a trained model. */
export function tableDataset(text: string, where: string, options: TableOptions): Dataset {
  const csv = openCsv(text, where);
  const position = csv.columns.indexOf(options.target);
  if (position < 0)
    throw new UserError(
      `the target ${quoted(options.target)} is not a column of ${where}, which has the columns ${quotedList(csv.columns)} (its first line is read as the header): name one of them`,
    );
  const features = options.features ?? csv.columns.filter((name) => name !== options.target);
  if (features.length === 0)
    throw new UserError(
      `${where} has no column but the target ${quoted(options.target)} where at least one feature was expected: add a column or check the delimiter`,
    );

  const cells: string[] = [];
  const lines: number[] = [];
  const inputs = readFeatures(csv, where, features, (row, line) => {
    cells.push(filledCell(row[position]!, { where, line, column: options.target }));
    lines.push(line);
  });
  const target: TargetColumn = { name: options.target, where, cells, lines };
  return { inputs, features, kind: 'table', ...targetsOf(target, options) };
}

/** The columns that a trained model reads, in its order; other columns, the target among them, are ignored. */
export function tableInputs(text: string, where: string, features: readonly string[]): Matrix {
  return readFeatures(openCsv(text, where), where, features);
}

function readFeatures(
  csv: ReturnType<typeof openCsv>,
  where: string,
  features: readonly string[],
  alsoRead?: RowReader,
): Matrix {
  const missing = features.filter((name) => !csv.columns.includes(name));
  if (missing.length > 0)
    throw new UserError(
      `${where} does not have the feature columns ${quotedList(missing)} among its columns ${quotedList(csv.columns)} where the model was trained on them: add them`,
    );
  const positions = features.map((column) => ({ column, position: csv.columns.indexOf(column) }));
  const values = growingFloats();
  let rows = 0;
  csv.forEachRow((cells, line) => {
    for (const { column, position } of positions)
      values.push(numericCell(cells[position]!, { where, line, column }));
    alsoRead?.(cells, line);
    rows++;
  });
  if (rows === 0)
    throw new UserError(
      `${where} has a header but no rows where at least one was expected: add a row a sample`,
    );
  return matrix(rows, features.length, values.finish());
}

type Targets = Pick<Dataset, 'targets' | 'task' | 'outputs'>;

function targetsOf(target: TargetColumn, { task, classes }: TableOptions): Targets {
  if (classes) return labels(target, knownClasses(classes));
  if ((task ?? guessedTask(target.cells)) === 'regression') return values(target);
  const found = classesAmong(target.cells);
  if (found.names.length < 2)
    throw new UserError(
      `${target.where}: the target column ${quoted(target.name)} holds only ${quoted(found.names[0]!)} where a classification needs at least two classes: choose another target or add rows`,
    );
  return labels(target, found);
}

function guessedTask(cells: readonly string[]): Task {
  const distinct = [...new Set(cells)].map(decimal);
  const numbers = new Set(distinct);
  if (numbers.has(undefined)) return 'classification';
  return numbers.size > MOST_NUMERIC_CLASSES || distinct.some((value) => !Number.isInteger(value))
    ? 'regression'
    : 'classification';
}

function values({ name, where, cells, lines }: TargetColumn): Targets {
  const data = Float32Array.from(cells, (cell, row) =>
    numericCell(cell, { where, line: lines[row]!, column: name }),
  );
  return { targets: matrix(cells.length, 1, data), task: 'regression', outputs: [name] };
}

function labels({ name, where, cells, lines }: TargetColumn, classes: Classes): Targets {
  if (cells.length * classes.names.length > MOST_ONE_HOT_ENTRIES)
    throw new UserError(
      `${where}: the target column ${quoted(name)} holds ${classes.names.length} different values in ${cells.length} rows, too many for classes: choose another target, or the task regression`,
    );
  const indices = cells.map((cell, row) => {
    const index = classes.indexOf(cell);
    if (index === undefined)
      throw new UserError(
        `${said({ where, line: lines[row]!, column: name })}: ${quoted(cell)} is not among the classes that the model was trained on (${quotedList(classes.names)}): correct the cell or remove the row`,
      );
    return index;
  });
  return {
    targets: oneHot(indices, classes.names.length),
    task: 'classification',
    outputs: classes.names,
  };
}
