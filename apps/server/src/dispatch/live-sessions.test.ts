import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newEntry } from './ledger/entry.ts';
import { type LiveSession, liveSession } from './live-session.ts';
import { LiveSessions } from './live-sessions.ts';

const step = fc.record({
  what: fc.constantFrom('add', 'delete', 'move'),
  sessionId: fc.constantFrom('S1', 'S2', 'S3', 'S4'),
  contextId: fc.constantFrom('A', 'B', 'C'),
});

test('sessions that come, go and move are found by name and by context as in one list of all', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const sessions = new LiveSessions();
      let all: LiveSession[] = [];
      for (const { what, sessionId, contextId } of steps) {
        const key = { peerId: 'own', sessionId };
        const known = all.find(({ entry }) => entry.key.sessionId === sessionId);
        if (what === 'move') {
          if (known !== undefined) sessions.move(known, contextId);
          continue;
        }
        all = all.filter((each) => each !== known);
        if (what === 'delete') sessions.delete(key);
        else {
          const session = liveSession(newEntry(key, contextId, 11_000, 0));
          all.push(session);
          sessions.add(session);
        }
      }
      assert.deepEqual(sessions.all(), all);
      for (const id of ['A', 'B', 'C'])
        assert.deepEqual(
          new Set(sessions.of(id)),
          new Set(all.filter(({ entry }) => entry.contextId === id)),
        );
      for (const session of all) assert.equal(sessions.get(session.entry.key), session);
    }),
  );
});

test('a session that ended meanwhile does not come back when the plan of another context names it', () => {
  const sessions = new LiveSessions();
  const session = liveSession(newEntry({ peerId: 'own', sessionId: 'S' }, 'A', 11_000, 0));
  sessions.add(session);
  sessions.delete(session.entry.key);
  sessions.move(session, 'B');
  assert.deepEqual([sessions.all(), sessions.of('A'), sessions.of('B')], [[], [], []]);
});
