import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootOf, openRig, type PlayedStation, type Rig } from '../testing/rig.ts';

let rig: Rig;
before(async () => {
  rig = await openRig();
});
after(() => rig.close());

const asked = ({ heard }: PlayedStation, action: string) =>
  heard.filter((call) => call.action === action).length;

for (const [version, action] of [
  ['1.6', 'GetConfiguration'],
  ['2.0.1', 'GetBaseReport'],
] as const) {
  test(`RT2 ${version}: a station that tells nothing about itself is asked after a boot, and not again whenever its line was lost`, async () => {
    const who = await rig.add();
    const first = await rig.connect(who, version);
    assert.equal((await first.say('BootNotification', bootOf(version))).kind, 'result');
    await rig.until(() => asked(first, action) === 1);
    // The next question of the server shows that everything before it was answered.
    await rig.stations.call(who.stationId, 'ClearCache', {});
    await first.line.close();
    await rig.until(() => rig.stations.connected(who.stationId) === undefined);
    const second = await rig.connect(who, version);
    assert.equal((await second.say('Heartbeat', {})).kind, 'result');
    await rig.stations.call(who.stationId, 'ClearCache', {});
    assert.equal(asked(second, action), 0);
    assert.equal((await second.say('BootNotification', bootOf(version))).kind, 'result');
    await rig.until(() => asked(second, action) === 1);
  });
}
