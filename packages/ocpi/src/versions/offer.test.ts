import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OcpiPorts } from '../exchange/ports.ts';
import type { VersionDetails } from '../model/index.ts';
import { CPO, registerAt, SCSP, startPlatform } from '../testing/platforms.ts';
import { ask } from '../testing/raw-request.ts';

/** A port whose functions are not called here: its presence is what counts. */
const present = {} as never;

const SCSP_PORTS: OcpiPorts = {
  locations: { receiver: present },
  sessions: { receiver: present, sender: present },
  tariffs: { receiver: present },
  tokens: { receiver: present },
  chargingprofiles: { sender: present },
  smartchargingoptimisation: { receiver: present },
  hubclientinfo: { receiver: present },
};

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`SMC_014 X38 D4.2-T24-SCO OCPI ${version}: an SCSP offers every module of its role, each in the right role`, async (t) => {
    const scsp = await startPlatform({ party: SCSP, ports: SCSP_PORTS });
    const cpo = await startPlatform({
      party: CPO,
      ports: { sessions: { sender: present } },
      versions: [version],
    });
    t.after(() => scsp.served.close());
    t.after(() => cpo.served.close());
    await registerAt(scsp, cpo, { atHost: { agreements: ['smartchargingoptimisation'] } });
    const token = (await cpo.platform.peers.list())[0]?.outboundToken ?? '';
    const versions = await ask(`${scsp.platform.baseUrl}/versions`, { token });
    assert.deepEqual(versions.json.data, [
      { version: '2.3.0', url: `${scsp.platform.baseUrl}/2.3.0` },
      { version: '2.2.1', url: `${scsp.platform.baseUrl}/2.2.1` },
    ]);
    const details = await ask(`${scsp.platform.baseUrl}/${version}`, { token });
    const { endpoints } = details.json.data as VersionDetails;
    assert.deepEqual(
      endpoints.map(({ identifier, role }) => `${identifier} ${role}`),
      [
        'credentials SENDER',
        'locations RECEIVER',
        'sessions RECEIVER',
        'sessions SENDER',
        'tariffs RECEIVER',
        'tokens RECEIVER',
        'chargingprofiles SENDER',
        'smartchargingoptimisation RECEIVER',
        'hubclientinfo RECEIVER',
      ],
    );
    assert.equal(new Set(endpoints.map(({ url }) => url)).size, endpoints.length);
  });
}
