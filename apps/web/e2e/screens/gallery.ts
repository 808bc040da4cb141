import { pictureName, type Shot, type Size, WIDTHS } from './camera.ts';

/** What the folder of pictures says of itself: one section a page, its widths side by side. */
export function gallery(shots: readonly Shot[]): string {
  return [
    '# How SMAC looks',
    '',
    'Taken by `npm run screens` from real servers with simulated stations: an energy manager’s car park in Turku, a driver’s charge overnight,',
    'four weeks of a city. Every page at three widths; where the dark theme is shown, it is the same page.',
    '',
    ...shots.flatMap(section),
  ].join('\n');
}

function section(shot: Shot): string[] {
  const sizes = Object.keys(WIDTHS) as Size[];
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const image = (size: Size, theme?: 'dark') =>
    `[<img src="${pictureName(shot, size, theme)}" alt="${shot.title}, ${size}${theme === undefined ? '' : `, ${theme}`}" height="280">](${pictureName(shot, size, theme)})`;
  const dark = shot.dark === undefined ? [] : [shot.dark];
  return [
    `## ${shot.title}`,
    '',
    shot.says,
    '',
    row([...sizes.map((size) => `${size}, ${WIDTHS[size]} px`), ...dark.map((size) => `${size}, dark`)]),
    row([...sizes, ...dark].map(() => '---')),
    row([...sizes.map((size) => image(size)), ...dark.map((size) => image(size, 'dark'))]),
    '',
  ];
}
