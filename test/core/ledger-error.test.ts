import { expect, test } from 'vitest';
import { LedgerError, type LedgerErrorCode } from '#src/core/ledger-error.ts';

const cases: readonly (readonly [LedgerErrorCode, 1 | 2, 'later' | 'never'])[] = [
  ['usage', 2, 'never'],
  ['config', 2, 'never'],
  ['not-found', 1, 'never'],
  ['port-busy', 1, 'later'],
  ['store-locked', 1, 'later'],
  ['store-unreachable', 1, 'later'],
  ['schema-mismatch', 1, 'never'],
];

test.each(cases)('an error "%s" ends a command with %i and may be tried again %s', (code, exitCode, retry) => {
  const cause = new Error('below');
  const error = new LedgerError(code, 'Cannot open "x"', { cause });
  expect(error).toMatchObject({ name: 'LedgerError', code, exitCode, retry, message: 'Cannot open "x"', cause });
  expect(error).toBeInstanceOf(Error);
});
