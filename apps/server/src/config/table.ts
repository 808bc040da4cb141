import { SETTINGS } from './settings.ts';

/** The settings as a Markdown table, for the README. */
export function configurationTable(): string {
  const rows = Object.values(SETTINGS).map(
    (s) => `| \`${s.env}\` | ${s.title} | ${shown(s.defaultText, s.unit)} | ${s.description} |`,
  );
  return ['| Variable | Setting | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function shown(defaultText: string, unit: string): string {
  if (defaultText === '') return 'not set';
  return unit === '' ? `\`${defaultText}\`` : `\`${defaultText}\` ${unit}`;
}

/** The settings for `--help`. */
export function configurationHelp(): string {
  return Object.values(SETTINGS)
    .map((s) => {
      const unit = s.unit === '' ? '' : ` ${s.unit}`;
      const standard = s.defaultText === '' ? 'not set' : `${s.defaultText}${unit}`;
      return `  ${s.env.padEnd(26)} ${s.description.replaceAll('`', '')} [${standard}]`;
    })
    .join('\n');
}
