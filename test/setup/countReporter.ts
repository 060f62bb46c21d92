import type { Reporter, TestCollection } from 'vitest/node';

/**
 * Ends the run with one plain line, `153 passed, 0 failed, 2 skipped`.
 * A file or suite that fails outside its tests, and an error that belongs to no test, count as failed.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (modules, unhandledErrors) => {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const add = (children: TestCollection): void => {
      for (const test of children.allTests()) {
        const { state } = test.result();
        count[state === 'pending' ? 'skipped' : state] += 1;
      }
      for (const suite of children.allSuites()) count.failed += suite.errors().length;
    };
    for (const module of modules) {
      count.failed += module.errors().length;
      add(module.children);
    }
    process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  };
}
