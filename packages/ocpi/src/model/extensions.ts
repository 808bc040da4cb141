/** Extension fields (docs/extensions.md): where they are and how they are taken out of a message. */
import { KINDS, type Kind, type KindType } from './kinds.ts';
import type { SchemaNode } from './reading.ts';

/**
 * The object without extension fields that are not among `agreements`. The codecs do the same on every message; this is for whoever
 * stores or forwards objects outside of them.
 */
export function stripExtensions<K extends Kind>(
  kind: K,
  value: KindType<K>,
  agreements: readonly string[],
): KindType<K> {
  return strip(KINDS[kind] as SchemaNode, value, agreements) as KindType<K>;
}

function strip(schema: SchemaNode, value: unknown, agreements: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => strip(schema.items ?? {}, item, agreements));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => {
    const agreement = schema.properties?.[name]?.extension;
    return agreement === undefined || agreements.includes(agreement);
  });
  return Object.fromEntries(
    kept.map(([name, field]) => [name, strip(schema.properties?.[name] ?? {}, field, agreements)]),
  );
}
