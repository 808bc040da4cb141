import { codecOf } from '../bridge/codecs.ts';
import type { CallFailed } from '../client/call-result.ts';
import { type Access, callOverWire, failed } from '../client/wire-call.ts';
import type { OcpiVersion } from '../exchange/party.ts';
import type { PeerEndpoint } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import { guardUrl } from '../transport/address-guard.ts';
import { VERSIONS } from './offer.ts';

/** What a peer offers, read from its versions and version details endpoints. */
export interface Discovery {
  readonly version: OcpiVersion;
  readonly endpoints: readonly PeerEndpoint[];
  /** Address of its credentials module. */
  readonly credentialsUrl: string;
}

/**
 * Why a discovery failed, in the words of the 3xxx codes: `unusableApi` 3001, `unsupportedVersion` 3002,
 * `noMatchingEndpoints` 3003.
 */
export interface DiscoveryFailed {
  readonly ok: false;
  readonly error: 'unusableApi' | 'unsupportedVersion' | 'noMatchingEndpoints';
  readonly detail: string;
  /** The call that failed, when one did. */
  readonly call?: CallFailed;
}

type Platform = Pick<OcpiPlatform, 'http' | 'randomBytes' | 'versions'>;

/**
 * Reads versions and version details of a peer. `wanted` is the version a client chose by the endpoint it called; without it the
 * highest version both sides speak is taken.
 */
export async function discover(
  platform: Platform,
  versionsUrl: string,
  access: Access,
  wanted?: OcpiVersion,
): Promise<{ readonly ok: true; readonly found: Discovery } | DiscoveryFailed> {
  const versions = await callOverWire(platform.http, platform.randomBytes, {
    method: 'GET',
    url: versionsUrl,
    access,
  });
  if (!versions.ok) return unusable('versions endpoint', versions);
  if (!Array.isArray(versions.data)) return notOcpi('versions endpoint', 'data is not a list');
  const ours = platform.versions ?? VERSIONS;
  const offered = readEach(versions.data, 'Version');
  const version = (wanted === undefined ? ours : [wanted]).find((candidate) =>
    offered.some((entry) => entry.version === candidate),
  );
  const url = offered.find((entry) => entry.version === version)?.url;
  if (version === undefined || url === undefined) {
    const theirs = offered.map((entry) => entry.version).join(', ') || 'none';
    return {
      ok: false,
      error: 'unsupportedVersion',
      detail: `No common version: wanted ${(wanted === undefined ? ours : [wanted]).join(' or ')}, offered ${theirs}.`,
    };
  }
  const details = await callOverWire(platform.http, platform.randomBytes, { method: 'GET', url, access });
  if (!details.ok) return unusable('version details endpoint', details);
  return readDetails(details.data, version, access.allowPrivateAddresses);
}

function readDetails(
  data: unknown,
  version: OcpiVersion,
  allowPrivate: boolean,
): { readonly ok: true; readonly found: Discovery } | DiscoveryFailed {
  const list = typeof data === 'object' && data !== null && 'endpoints' in data ? data.endpoints : undefined;
  if (!Array.isArray(list)) return notOcpi('version details endpoint', 'endpoints is not a list');
  const endpoints = readEach(list, 'Endpoint').filter(
    (endpoint) => 'url' in guardUrl(endpoint.url, allowPrivate),
  );
  const credentials = endpoints.filter((endpoint) => endpoint.identifier === 'credentials');
  const credentialsUrl = (credentials.find((endpoint) => endpoint.role === 'SENDER') ?? credentials[0])?.url;
  if (credentialsUrl === undefined) {
    return {
      ok: false,
      error: 'noMatchingEndpoints',
      detail: 'The version details name no credentials endpoint with a public https URL.',
    };
  }
  if (endpoints.length === credentials.length) {
    return {
      ok: false,
      error: 'noMatchingEndpoints',
      detail: 'The version details name no module besides credentials with a public https URL.',
    };
  }
  return { ok: true, found: { version, endpoints, credentialsUrl } };
}

/** The entries that are what they should be; others are passed over, since a peer may offer what we do not know. */
function readEach<K extends 'Version' | 'Endpoint'>(list: readonly unknown[], kind: K) {
  const codec = codecOf(kind);
  const wire = { version: '2.3.0', unitProfile: 'si', agreements: [] } as const;
  return list.slice(0, 500).flatMap((entry) => {
    const reading = codec.read(entry, wire);
    return reading.ok ? [reading.value] : [];
  });
}

function unusable(what: string, call: CallFailed): DiscoveryFailed {
  return { ok: false, error: 'unusableApi', detail: `The ${what} cannot be used: ${call.detail}`, call };
}

function notOcpi(what: string, why: string): DiscoveryFailed {
  const call = failed('invalid', `The answer of the ${what} is not OCPI: ${why}.`);
  return { ok: false, error: 'unusableApi', detail: call.detail, call };
}
