import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Report, renderReport } from '../../src/report/report.ts';
import type { Descent, SweepRecord } from '../../src/solve/record.ts';
import { fakeRecords } from './fakeRecords.ts';

function reportOf(records: readonly SweepRecord[], changes: Partial<Report> = {}): Report {
  const status = { name: 'sweep limit', sentence: 'Stopped after the sweeps that were asked for.' };
  return { title: 'A run', status, facts: [['Method', 'threeSplitting']], records, ...changes };
}

function figuresOf(page: string): readonly string[] {
  return [...page.matchAll(/<figcaption><h2>(.*?)<\/h2>/g)].map((match) => match[1]!);
}

function bare(records: readonly SweepRecord[]): readonly SweepRecord[] {
  return records.map(({ sweep, objective, terms, seconds }) => ({ sweep, objective, terms, seconds }));
}

function withDescent(record: SweepRecord, descent: Partial<Descent>): SweepRecord {
  return { ...record, descent: { ...record.descent!, ...descent } };
}

const ALL = [
  'Objective',
  'Objective by term',
  'Sufficient descent',
  'Movement by block',
  'Convergence',
  'Residual',
  'Scores',
];

describe('renderReport', () => {
  beforeEach(() => {
    vi.spyOn(console, 'warn');
  });

  afterEach(() => {
    expect(console.warn).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  const edgeCases: Readonly<Record<string, readonly SweepRecord[]>> = {
    'no record': [],
    'only the start': fakeRecords(2, 0),
    'one sweep': fakeRecords(2, 1),
    'three hundred sweeps of eleven layers': fakeRecords(11, 300),
    'nothing but objectives': bare(fakeRecords(2, 10)),
    'a last objective that is not finite': [
      ...fakeRecords(2, 5),
      { sweep: 6, objective: Number.NaN, terms: { loss: Number.NaN }, seconds: 1 },
    ],
    'an objective that reaches zero': [
      ...fakeRecords(2, 3),
      { sweep: 4, objective: 0, terms: { loss: 0 }, seconds: 1 },
    ],
    'an objective that is always zero': fakeRecords(2, 3).map((record) => ({
      ...record,
      objective: 0,
      terms: { loss: 0 },
    })),
    'numbers at the edge of float64': fakeRecords(1, 3).map((record, k) => ({
      ...record,
      objective: [Number.MAX_VALUE, 1e-320, -1, Number.POSITIVE_INFINITY][k]!,
    })),
    'a run that did not move': fakeRecords(2, 3).map((record) =>
      record.sweep === 0
        ? record
        : withDescent(record, { movement: 0, ratio: Number.NaN, movementOf: { W1: 0 } }),
    ),
  };

  for (const [name, records] of Object.entries(edgeCases)) {
    it(`renders ${name}, self-contained`, async () => {
      const page = await renderReport(reportOf(records));
      expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
      expect(page).not.toMatch(/https?:\/\/|<script|<link|<img|<iframe|@import|url\(|\son\w+=/i);
      expect(page).not.toMatch(/="[^"]*(?:NaN|Infinity|undefined)[^"]*"|>undefined</);
    });
  }

  it('draws every chart that has data, and no empty frame', async () => {
    expect(figuresOf(await renderReport(reportOf(fakeRecords(4, 50))))).toEqual(ALL);
    expect(figuresOf(await renderReport(reportOf(bare(fakeRecords(4, 50)))))).toEqual(ALL.slice(0, 2));
    const start = await renderReport(reportOf(fakeRecords(4, 0)));
    expect(figuresOf(start)).toEqual([]);
    expect(start).not.toContain('<svg');
  });

  it('shows the headline numbers', async () => {
    const page = await renderReport(reportOf(fakeRecords(1, 79)));
    for (const headline of ['15.61 <small>from 1,234', '0.9275', '79', '39.5 s <small>0.5 s a sweep']) {
      expect(page).toContain(`<dd>${headline}`);
    }
  });

  it('takes a score from the last sweep that has one, and says which', async () => {
    const records = [...fakeRecords(1, 3), ...bare(fakeRecords(1, 5)).slice(4)];
    expect(await renderReport(reportOf(records))).toContain(
      '<dt>Test score</dt><dd>0.7375 <small>at sweep 3',
    );
  });

  it('says where the objective stopped being finite', async () => {
    const page = await renderReport(reportOf(edgeCases['a last objective that is not finite']!));
    expect(page).toContain('<dd>NaN');
    expect(page).toMatch(/it became NaN at sweep 6; the last finite value was [\d.]+ at sweep 5/);
  });

  it('counts the verdicts, marks them and lists each violation with its numbers', async () => {
    const records = fakeRecords(2, 8).map((record) => {
      if (record.sweep === 3) return withDescent(record, { verdict: 'rounding', ratio: 0.49 });
      if (record.sweep === 5)
        return withDescent(record, { verdict: 'violated', decrease: -6.78, ratio: -0.25 });
      return record;
    });
    const page = await renderReport(reportOf(records));
    expect(page).toContain('It held at 6 of 8 sweeps, fell short by no more than rounding explains at 1');
    expect(page).toContain('and was violated at 1.');
    expect(page).toMatch(
      /smallest ratio .* was −0\.25 \(sweep\s5\), against <var>a<\/var> = 0\.5, short by more/,
    );
    expect(page).toContain('<tr><td>5</td><td>−6.780</td>');
    expect(page).toContain('▽</b>violated');
    expect(page).toContain('○</b>below a, within rounding');
  });

  it('compares the residual with its bound', async () => {
    const kept = fakeRecords(2, 8);
    expect(await renderReport(reportOf(kept))).toMatch(/kept at all 8 sweeps, and came no nearer than 50 %/);
    const exceeded = kept.map((record) =>
      record.sweep === 4 ? { ...record, residual: { ...record.residual!, bound: 0.25 } } : record,
    );
    const page = await renderReport(reportOf(exceeded));
    expect(page).toContain('was exceeded at 1 of 8 sweeps.');
    expect(page).toContain('<tr><td>4</td><td>0.7500</td><td>0.2500</td></tr>');
  });

  it('draws both laws over the tail where there is one, and says which fits', async () => {
    const moved = (sweeps: number, movement: (sweep: number) => number): readonly SweepRecord[] =>
      fakeRecords(1, sweeps).map((record) =>
        record.sweep === 0 ? record : withDescent(record, { movement: movement(record.sweep) }),
      );
    const linear = await renderReport(reportOf(moved(60, (k) => 0.81 ** k)));
    expect(linear).toMatch(/Over sweeps 31 to 60 the movement fell like 0\.90\d*\^k, which is R-linear/);
    for (const key of ['geometric law', 'power law']) expect(linear).toContain(`</i>${key}`);
    const finite = await renderReport(reportOf(moved(12, (k) => (k < 8 ? 1 : 0))));
    expect(finite).toContain('From sweep 8 on nothing moves');
    expect(finite).not.toContain('power law');
    expect(figuresOf(await renderReport(reportOf(moved(39, (k) => 0.81 ** k))))).not.toContain('Convergence');
  });

  it('leaves terms that are always zero out of the drawing and names them', async () => {
    const page = await renderReport(reportOf(fakeRecords(11, 20)));
    expect(page).toContain('Zero throughout: r(W<sub>i</sub>).');
    expect(page).toContain('U<sub>i</sub> = W<sub>i</sub> V<sub>i−1</sub>');
  });

  it('escapes whatever it is given', async () => {
    const evil = `</title><script>alert("x")</script>&'`;
    const records = fakeRecords(1, 3).map((record) => ({ ...record, terms: { ...record.terms, [evil]: 1 } }));
    const status = { name: evil, sentence: evil };
    const page = await renderReport({ title: evil, status, facts: [[evil, evil]], records });
    expect(page).not.toContain('<script');
    expect(page).toContain(
      '<h1>&lt;/title&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;</h1>',
    );
  });

  it('gives the same page for the same report', async () => {
    const report = reportOf(fakeRecords(4, 50));
    expect(await renderReport(report)).toBe(await renderReport(structuredClone(report)));
  });
});
