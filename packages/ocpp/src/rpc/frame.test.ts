import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFrame } from './frame.ts';

test('the message types are read: 2, 3, 4, 5 and 6', () => {
  assert.deepEqual(readFrame('[2,"1","Heartbeat",{}]'), {
    type: 'CALL',
    id: '1',
    action: 'Heartbeat',
    payload: {},
  });
  assert.deepEqual(readFrame('[3,"1",{"a":1}]'), { type: 'CALLRESULT', id: '1', payload: { a: 1 } });
  const error = { id: '1', code: 'GenericError', description: 'no', details: { why: 1 } };
  assert.deepEqual(readFrame('[4,"1","GenericError","no",{"why":1}]'), { type: 'CALLERROR', ...error });
  assert.deepEqual(readFrame('[5,"1","GenericError","no",{"why":1}]'), { type: 'CALLRESULTERROR', ...error });
  assert.equal(readFrame('[6,"1","NotifyPeriodicEventStream",{}]').type, 'SEND');
  // An error without its last elements is still an answer.
  assert.deepEqual(readFrame('[4,"1","GenericError"]'), {
    type: 'CALLERROR',
    ...error,
    description: '',
    details: {},
  });
});

test('T-NEG wrong arity and unreadable ids are told apart from answers, which must not be answered', () => {
  const read = (text: string) => {
    const frame = readFrame(text);
    assert.equal(frame.type, 'unreadable', text);
    return frame.type === 'unreadable' ? [frame.id, frame.answer, frame.unknownType] : [];
  };
  for (const text of ['', 'hello', '{}', 'null', '7', '"x"', '[2,"1"', '\u0000']) {
    assert.deepEqual(read(text), [null, false, false], text);
  }
  assert.deepEqual(read('[]'), [null, false, false]);
  assert.deepEqual(read('[2,"1","Heartbeat"]'), ['1', false, false]);
  assert.deepEqual(read('[2,"1","Heartbeat",{},{}]'), ['1', false, false]);
  assert.deepEqual(read('[2,"1",7,{}]'), ['1', false, false]);
  assert.deepEqual(read('[2,1,"Heartbeat",{}]'), [null, false, false]);
  assert.deepEqual(read('[2,"","Heartbeat",{}]'), [null, false, false]);
  assert.deepEqual(read(`[2,"${'i'.repeat(129)}","Heartbeat",{}]`), [null, false, false]);
  assert.deepEqual(read('[3,"1"]'), ['1', true, false]);
  assert.deepEqual(read('[3,1,{}]'), [null, true, false]);
  assert.deepEqual(read('[4,"1"]'), ['1', true, false]);
  assert.deepEqual(read('[6,"1","X"]'), ['1', true, false]);
  assert.deepEqual(read('[7,"1","X",{}]'), ['1', false, true]);
  assert.deepEqual(read('["2","1","X",{}]'), ['1', false, true]);
});

test('T-BOMB nested JSON of 100,000 levels is refused before it is parsed, brackets in strings count for nothing', () => {
  for (const open of ['[', '{"a":']) {
    const bomb = `[2,"1","DataTransfer",${open.repeat(100_000)}`;
    const frame = readFrame(bomb);
    assert.equal(frame.type, 'unreadable');
  }
  const harmless = `[2,"1","DataTransfer",{"data":"${'[{\\"'.repeat(500)}"}]`;
  assert.equal(readFrame(harmless).type, 'CALL');
});

test('keys that change prototypes are dropped however they are written', () => {
  for (const key of ['__proto__', '\\u005f_proto__', '__pr\\u006Fto__', 'constructor', '\\u0063onstructor']) {
    const frame = readFrame(`[2,"1","DataTransfer",{"data":{"${key}":{"polluted":1},"kept":2}}]`);
    assert.ok(frame.type === 'CALL');
    const { data } = frame.payload as { data: object };
    assert.deepEqual(Object.keys(data), ['kept'], key);
    assert.equal(Reflect.get({ ...data }, 'polluted'), undefined);
  }
});

test('T-FUZZ any text gives a frame, never an exception', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom('[', ']', '{', '}', ',', ':', '"', '\\', '2', '3', '"a"', 'null', '-', '1e999'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((each) => each.join('')),
        fc.json(),
        fc.string(),
      ),
      (text) => {
        assert.ok(readFrame(text).type.length > 0);
      },
    ),
    { numRuns: 200 },
  );
});
