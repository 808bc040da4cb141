import type { OcpiVersion } from '../exchange/party.ts';
import type { Endpoint } from '../model/index.ts';
import { type Finding, type Outcome, RULES, type RuleId } from './rules.ts';

/** What was found about one rule. */
export interface RuleResult {
  readonly rule: RuleId;
  readonly title: string;
  readonly anchor: string;
  readonly outcome: Outcome;
  /** Observations. */
  readonly seen: number;
  /** Observations that were not a pass, at most 20. */
  readonly findings: readonly Finding[];
  /** What to do; only when something was found. */
  readonly fix?: string;
}

export interface Report {
  readonly versionsUrl: string;
  readonly version?: OcpiVersion;
  readonly endpoints: readonly Endpoint[];
  readonly requests: number;
  readonly passed: number;
  readonly warned: number;
  readonly failed: number;
  readonly rules: readonly RuleResult[];
}

const WORST: readonly Outcome[] = ['fail', 'warn', 'pass', 'skip'];

/** Sums the findings up, rule by rule. */
export function makeReport(
  versionsUrl: string,
  version: OcpiVersion | undefined,
  endpoints: readonly Endpoint[],
  findings: readonly Finding[],
): Report {
  const rules = Object.entries(RULES).map(([id, rule]): RuleResult => {
    const seen = findings.filter((finding) => finding.rule === id);
    const outcome = WORST.find((worst) => seen.some((finding) => finding.outcome === worst)) ?? 'skip';
    const notable = seen.filter((finding) => finding.outcome !== 'pass').slice(0, 20);
    return {
      rule: id as RuleId,
      title: rule.title,
      anchor: rule.anchor,
      outcome,
      seen: seen.length,
      findings: notable,
      ...(notable.length === 0 ? {} : { fix: notable.find(({ fix }) => fix !== undefined)?.fix ?? rule.fix }),
    };
  });
  const count = (outcome: Outcome) => rules.filter((rule) => rule.outcome === outcome).length;
  return {
    versionsUrl,
    ...(version === undefined ? {} : { version }),
    endpoints,
    requests: findings.filter((finding) => finding.rule === 'reachable').length,
    passed: count('pass'),
    warned: count('warn'),
    failed: count('fail'),
    rules,
  };
}

const MARKS: Readonly<Record<Outcome, string>> = { pass: 'ok  ', warn: 'WARN', fail: 'FAIL', skip: '-   ' };
/** Examples shown per rule. */
const SHOWN = 3;

/** The report for people: one line per rule, and for everything that is not right what was asked, what came and what to do. */
export function reportText(report: Report): string {
  const lines = [
    `OCPI check of ${report.versionsUrl}`,
    report.version === undefined
      ? 'No version could be checked.'
      : `Version ${report.version}: ${report.endpoints.map(({ identifier, role }) => `${identifier} (${role.toLowerCase()})`).join(', ')}`,
    '',
  ];
  for (const rule of report.rules) {
    const times = rule.seen > 1 ? ` (${rule.seen} times)` : '';
    lines.push(
      `${MARKS[rule.outcome]} ${rule.title}${rule.outcome === 'skip' ? ' (nothing to look at)' : times}`,
    );
    if (rule.findings.length === 0) continue;
    lines.push(`       rule: ${rule.anchor}`);
    for (const finding of rule.findings.slice(0, SHOWN)) {
      lines.push(`       ${finding.request}`, `         ${finding.detail ?? ''}`);
    }
    if (rule.findings.length > SHOWN) lines.push(`       and ${rule.findings.length - SHOWN} more`);
    if (rule.fix !== undefined) lines.push(`       fix: ${rule.fix}`);
  }
  lines.push(
    '',
    `${report.requests} requests: ${report.passed} rules kept, ${report.warned} with warnings, ${report.failed} broken.`,
  );
  return `${lines.join('\n')}\n`;
}
