import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from './log.ts';

function linesOf(write: (log: ReturnType<typeof createLog>) => void, logFormat: 'text' | 'json'): string {
  let text = '';
  write(
    createLog({ logLevel: 'trace', logFormat }, (line) => {
      text += line;
    }),
  );
  return text;
}

test('T-LEAK: an error is told by name, message and place; the statement and the row a database hangs on stay out', () => {
  const error = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (token_uid)=(TAG-4711) already exists.',
    query: 'insert into charging_session ...',
    parameters: ['TAG-4711'],
  });
  for (const format of ['text', 'json'] as const) {
    const text = linesOf((log) => log.error({ error }, 'Defect'), format);
    assert.match(text, /duplicate key/);
    assert.match(text, /23505/);
    assert.match(text, /log\.test\.ts/);
    assert.doesNotMatch(text, /TAG-4711|insert into/);
  }
});

test('T-LEAK: fields that are named like secrets are hidden, also one level down', () => {
  const text = linesOf(
    (log) => log.info({ token: 'abc', peer: { token: 'def', name: 'x' } }, 'line'),
    'json',
  );
  assert.doesNotMatch(text, /abc|def/);
});
