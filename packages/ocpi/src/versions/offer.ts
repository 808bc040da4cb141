import type { InterfaceRole, OcpiVersion } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import type { OcpiPorts } from '../exchange/ports.ts';
import type { Version, VersionDetails } from '../model/index.ts';
import type { ModuleDefinition } from '../server/module-definition.ts';
import type { Relay } from '../server/relay-contract.ts';
import { modulePath } from '../server/router.ts';

/** Versions of this library, the newest first. */
export const VERSIONS: readonly OcpiVersion[] = ['2.3.0', '2.2.1'];

/** What the versions endpoint answers. */
export function offeredVersions(platform: OcpiPlatform): Version[] {
  return (platform.versions ?? VERSIONS).map((version) => ({
    version,
    url: `${platform.baseUrl}/${version}`,
  }));
}

/** Version details as this peer may see them: modules with a port, custom ones only with an agreement (X1). */
export function versionDetails(
  face: Offering & { readonly modules: readonly ModuleDefinition[] },
  version: OcpiVersion,
  peer: Peer,
): VersionDetails {
  const { platform, modules } = face;
  const endpoints = modules
    .filter((module) => isServed(face, module, peer))
    .map((module) => ({
      identifier: module.id,
      role: module.interfaceRole,
      url: `${platform.baseUrl}/${modulePath(version, module)}`,
    }));
  const credentials = {
    identifier: 'credentials',
    role: 'SENDER' as const,
    url: `${platform.baseUrl}/${version}/credentials`,
  };
  return { version, endpoints: [credentials, ...endpoints] };
}

/** What decides which modules are there. */
interface Offering {
  readonly platform: OcpiPlatform;
  readonly relay: Relay | undefined;
}

/**
 * A module is there for a peer when its port is given and, for custom modules, when it was agreed. A hub has both sides of every
 * functional module, whatever its ports.
 */
export function isServed({ platform, relay }: Offering, module: ModuleDefinition, peer: Peer): boolean {
  const port: Readonly<Record<string, unknown>> | undefined = platform.ports[module.port];
  const isRelayed = relay !== undefined && module.configuration !== true;
  if (!isRelayed && port?.[module.interfaceRole.toLowerCase()] === undefined) return false;
  return module.byAgreement !== true || peer.agreements.includes(module.port);
}

/** Address of one of our own endpoints, e.g. to build a `response_url` with `responseUrl`. */
export function ownEndpoint(
  platform: Pick<OcpiPlatform, 'baseUrl'>,
  version: OcpiVersion,
  module: keyof OcpiPorts,
  role: InterfaceRole,
): string {
  return `${platform.baseUrl}/${version}/${role.toLowerCase()}/${module}`;
}
