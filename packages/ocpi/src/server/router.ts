import type { InterfaceRole, OcpiVersion } from '../exchange/party.ts';
import type { ModuleDefinition, Route } from './module-definition.ts';

/** What a path means, before the method is looked at. */
export type Target =
  | { readonly kind: 'versions' }
  | { readonly kind: 'details'; readonly version: OcpiVersion }
  | { readonly kind: 'credentials'; readonly version: OcpiVersion }
  | ModuleTarget;

export interface ModuleTarget {
  readonly kind: 'module';
  readonly version: OcpiVersion;
  readonly module: ModuleDefinition;
  /** Routes of every method at this path. */
  readonly routes: readonly Route<unknown>[];
  /** Path variables, still percent-encoded. */
  readonly path: Readonly<Record<string, string>>;
}

const ROLE_SEGMENTS: Readonly<Record<string, InterfaceRole>> = { sender: 'SENDER', receiver: 'RECEIVER' };

/** `{version}/{sender|receiver}/{module}`: both interfaces of a module have addresses of their own. */
export function modulePath(version: OcpiVersion, module: ModuleDefinition): string {
  return `${version}/${module.interfaceRole.toLowerCase()}/${module.paths[0]}`;
}

/** Finds what a path below the base URL addresses; with or without trailing slash, never by redirect. */
export function findTarget(
  path: string,
  versions: readonly OcpiVersion[],
  modules: readonly ModuleDefinition[],
): Target | undefined {
  const [first, second, third, ...rest] = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (first === 'versions' && second === undefined) return { kind: 'versions' };
  const version = versions.find((candidate) => candidate === first);
  if (version === undefined) return undefined;
  if (second === undefined) return { kind: 'details', version };
  if (third === undefined) return second === 'credentials' ? { kind: 'credentials', version } : undefined;
  const role = Object.hasOwn(ROLE_SEGMENTS, second) ? ROLE_SEGMENTS[second] : undefined;
  const module = modules.find(
    (candidate) => candidate.interfaceRole === role && candidate.paths.includes(third),
  );
  return module === undefined ? undefined : findRoutes(version, module, rest);
}

function findRoutes(
  version: OcpiVersion,
  module: ModuleDefinition,
  segments: readonly string[],
): ModuleTarget | undefined {
  let best: ModuleTarget | undefined;
  for (const route of module.routes) {
    const path = match(route.path, segments);
    if (path === undefined) continue;
    best = {
      kind: 'module',
      version,
      module,
      path: { ...best?.path, ...path },
      routes: [...(best?.routes ?? []), route],
    };
  }
  return best;
}

function match(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = pattern === '' ? [] : pattern.slice(1).split('/');
  if (parts.length !== segments.length) return undefined;
  const variables: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (segment === '') return undefined;
    if (part.startsWith(':')) variables[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return variables;
}
