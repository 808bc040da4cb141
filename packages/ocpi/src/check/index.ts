/** `smac ocpi check`: reads any OCPI server and reports what departs from the specification. */
export { type CheckOptions, checkServer } from './check-server.ts';
export { CHECK_USAGE, type CommandSurroundings, runCheckCommand } from './command.ts';
export { type Report, type RuleResult, reportText } from './report.ts';
export { type Finding, RULES, type Rule, type RuleId } from './rules.ts';
