/**
 * Walks a JSON value along its schema: one pass that checks, reports and leaves out what does not belong. Tolerant on the way in, strict on the
 * way out (OCPI 2.3.0 `types`; the field rules 2.12-14, 2.12-18 of implementers).
 */
import type { TSchema } from 'typebox';
import type { Reading } from '../exchange/codec.ts';
import { type Findings, type ReadingRules, refuse, type SchemaNode, shown, warn } from './findings.ts';

export type { Direction, ReadingRules, SchemaNode } from './findings.ts';

import { checkText } from './text-rules.ts';

/** Larger magnitudes mean nothing in W, kWh, prices or seconds and would only overflow later. */
const LARGEST_NUMBER = 1e12;
/** A body with thousands of mistakes is answered with the first ones. */
const MOST_PROBLEMS = 20;

/** Reads `value` as `schema` says; the result holds known fields only. Paths are JSON pointers. */
export function readBySchema<T>(schema: TSchema, value: unknown, rules: ReadingRules): Reading<T> {
  const findings: Findings = { problems: [], warnings: [], rules };
  const result = walk(schema as SchemaNode, value, '', findings, rules.partial);
  if (findings.problems.length > 0) {
    return { ok: false, problems: findings.problems.slice(0, MOST_PROBLEMS) };
  }
  return { ok: true, value: result as T, warnings: findings.warnings };
}

function walk(
  schema: SchemaNode,
  value: unknown,
  path: string,
  findings: Findings,
  partial?: ReadingRules['partial'],
): unknown {
  switch (schema.type) {
    case 'object':
      return walkObject(schema, value, path, findings, partial);
    case 'array':
      return walkArray(schema, value, path, findings);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return refuse(findings, path, `must be true or false, got ${shown(value)}`);
    case 'number':
    case 'integer':
      return walkNumber(schema, value, path, findings);
    default:
      if (schema.numberToo && typeof value === 'number' && Number.isFinite(value)) {
        return walk({ ...schema, numberToo: false }, String(value), path, findings);
      }
      if (typeof value !== 'string') return refuse(findings, path, `must be a text, got ${shown(value)}`);
      return checkText(schema, value, path, findings);
  }
}

function walkObject(
  schema: SchemaNode,
  value: unknown,
  path: string,
  findings: Findings,
  partial: ReadingRules['partial'],
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(findings, path, `must be an object, got ${shown(value)}`);
  }
  const given = value as Readonly<Record<string, unknown>>;
  const properties = schema.properties ?? {};
  const required = partial?.required ?? schema.required ?? [];
  const result: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const field = Object.hasOwn(given, name) ? given[name] : undefined;
    if (field === undefined || field === null) {
      if (required.includes(name)) refuse(findings, `${path}/${name}`, 'is required');
      else if (field === null && partial !== undefined) {
        warn(
          findings,
          `${path}/${name}`,
          'is null: PATCH cannot remove a field, send the whole object with PUT',
        );
      }
      continue;
    }
    if (property.extension !== undefined && !findings.rules.agreements?.includes(property.extension)) {
      leaveOut(findings, `${path}/${name}`, `is an extension that was not agreed (${property.extension})`);
      continue;
    }
    result[name] = walk(property, field, `${path}/${name}`, findings);
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(properties, name))
      leaveOut(findings, `${path}/${pointer(name)}`, 'is not a known field');
  }
  return result;
}

function walkArray(schema: SchemaNode, value: unknown, path: string, findings: Findings): unknown {
  if (!Array.isArray(value)) return refuse(findings, path, `must be a list, got ${shown(value)}`);
  if (value.length < (schema.minItems ?? 0)) return refuse(findings, path, 'must have at least one element');
  const items = schema.items ?? {};
  const result = value.map((item, index) => walk(items, item, `${path}/${index}`, findings));
  if (items.type === 'string' && new Set(result).size < result.length) {
    warn(findings, path, 'names the same value twice');
  }
  return result;
}

function walkNumber(schema: SchemaNode, value: unknown, path: string, findings: Findings): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return refuse(findings, path, `must be a finite number, got ${shown(value)}`);
  }
  if (Math.abs(value) > LARGEST_NUMBER) {
    return refuse(findings, path, `is out of all proportion: ${value}`);
  }
  if (schema.type === 'integer' && !Number.isInteger(value)) {
    return refuse(findings, path, `must be a whole number, got ${value}`);
  }
  if (schema.minimum !== undefined && value < schema.minimum) {
    return refuse(findings, path, `must not be below ${schema.minimum}, got ${value}`);
  }
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) {
    return refuse(findings, path, `must be above ${schema.exclusiveMinimum}, got ${value}`);
  }
  if (schema.maximum !== undefined && value > schema.maximum) {
    return refuse(findings, path, `must not be above ${schema.maximum}, got ${value}`);
  }
  return schema.decimals === undefined ? value : withDecimals(schema.decimals, value, path, findings);
}

function withDecimals(decimals: number, value: number, path: string, findings: Findings): number {
  const scale = 10 ** decimals;
  const cut = Math.trunc(value * scale + Math.sign(value) * 1e-6) / scale + 0;
  if (cut === value || findings.rules.direction === 'in') return value;
  const detail = `has more than ${decimals} decimals: ${value}`;
  if (findings.rules.direction === 'judge') refuse(findings, path, detail);
  else warn(findings, path, detail);
  return cut;
}

function leaveOut(findings: Findings, path: string, detail: string): void {
  if (findings.rules.direction === 'judge') refuse(findings, path, detail);
  else warn(findings, path, `${detail} and was left out`);
}

function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 80);
}
