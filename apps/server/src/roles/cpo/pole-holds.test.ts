import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult } from '@smac/ocpi';
import { ManualClock } from '../../dispatch/testing/manual-clock.ts';
import { createPoleHolds } from './pole-holds.ts';
import { createReservations } from './reservations.ts';
import { cpoRigs, NOW_MS } from './testing/cpo-rig.ts';
import { card } from './testing/emsp.ts';

const cpoRig = cpoRigs();

const unable: CommandResult = { result: 'NOT_SUPPORTED' };

test('X20 of several drivers who book one pole at once one gets it, also where the station cannot reserve', async (t) => {
  const { store, network } = await cpoRig(t);
  const clock = new ManualClock(NOW_MS);
  const reservations = createReservations({ store, clock, network });
  const holds = createPoleHolds({
    party: { countryCode: 'NL', partyId: 'SMC' },
    reservations,
    commands: {
      reserve: async () => unable,
      cancel: async () => unable,
    },
  });
  const place = network.placeOf('st-1', 1)!;
  const expiresMs = NOW_MS + 3_600_000;
  const book = (uid: string) => holds.hold({ key: `booking-${uid}`, place, token: card(uid), expiresMs });
  const answers = await Promise.all(['A', 'B', 'C'].map(book));
  assert.deepEqual(answers.map(({ held }) => held).sort(), [false, false, true], JSON.stringify(answers));
  const winner = 'ABC'[answers.findIndex(({ held }) => held)]!;
  assert.equal((await reservations.holderAt(place.stationId, place.evseId))?.uid, winner);
  const [mine] = answers.filter((answer) => answer.held);
  // Whose it is may change it, and when it is let go the next one gets it.
  assert.ok((await book(winner)).held);
  await holds.letGo(place, mine?.held === true ? mine.number : 0);
  assert.ok((await book('D')).held);
});
