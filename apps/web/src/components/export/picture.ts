const SCALE = 2;
const MARGIN = 16;
const LINE = 20;
/** What a class of the page gives a shape; a picture has no style sheet. */
const LOOKS = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-size',
  'font-weight',
  'text-anchor',
  'vector-effect',
];

/** What stands around a drawing on the page, so that the picture tells as much without it. */
export interface Picture {
  readonly svg: SVGSVGElement;
  /** What lies below the drawing: the ground of a map. */
  readonly ground?: HTMLCanvasElement;
  readonly title: string;
  /** Period, unit, zone: a line each below the title. */
  readonly notes?: readonly string[];
  readonly legend?: readonly LegendMark[];
}

export interface LegendMark {
  readonly text: string;
  /** A name of the theme: `--limit`. */
  readonly colour: string;
  readonly isDashed?: boolean;
}

/** Draws what is on the page as PNG and hands it to the browser, in the colours of the theme in use. */
export async function keepPicture(picture: Picture, name: string): Promise<void> {
  const { svg, ground, title, notes = [], legend = [] } = picture;
  const { width, height } = svg.getBoundingClientRect();
  const image = new Image();
  // An address of the kind `data:` is what the content policy allows a picture.
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(styled(svg, width, height)))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('This browser draws no pictures.');
  const lines = wrapped(pen, legend, width);
  const above = MARGIN + LINE * (1 + notes.length + lines.length) + 8;
  canvas.width = Math.ceil((width + 2 * MARGIN) * SCALE);
  canvas.height = Math.ceil((above + height + MARGIN) * SCALE);
  pen.scale(SCALE, SCALE);
  const theme = getComputedStyle(document.documentElement);
  pen.fillStyle = colourOf('--surface');
  pen.fillRect(0, 0, width + 2 * MARGIN, above + height + MARGIN);
  const write = (text: string, x: number, line: number, colour: string, weight: number) => {
    pen.fillStyle = colourOf(colour);
    pen.font = `${weight} ${weight > 500 ? 15 : 13}px ${theme.fontFamily}`;
    pen.fillText(text, x, MARGIN + line * LINE + 14);
  };
  write(title, MARGIN, 0, '--ink', 650);
  for (const [n, note] of notes.entries()) write(note, MARGIN, 1 + n, '--quiet', 400);
  for (const [n, marks] of lines.entries())
    for (const { mark, x } of marks) {
      const line = 1 + notes.length + n;
      pen.strokeStyle = colourOf(mark.colour);
      pen.lineWidth = 4;
      pen.setLineDash(mark.isDashed === true ? [6, 3] : []);
      pen.beginPath();
      pen.moveTo(MARGIN + x, MARGIN + line * LINE + 9);
      pen.lineTo(MARGIN + x + 18, MARGIN + line * LINE + 9);
      pen.stroke();
      write(mark.text, MARGIN + x + 24, line, '--ink', 400);
    }
  if (ground !== undefined) pen.drawImage(ground, MARGIN, above, width, height);
  pen.drawImage(image, MARGIN, above, width, height);
  const link = document.createElement('a');
  link.href = canvas.toDataURL('image/png');
  link.download = name;
  link.click();
}

/** A copy that carries its looks itself. */
function styled(svg: SVGSVGElement, width: number, height: number): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const shapes = svg.querySelectorAll('*');
  for (const [n, shape] of [...copy.querySelectorAll('*')].entries()) {
    const original = shapes[n];
    if (original === undefined) continue;
    const look = getComputedStyle(original);
    for (const property of LOOKS) {
      // An address of a pattern is told with that of the page, which a picture does not have.
      const value = look.getPropertyValue(property).replace(/url\("[^"#]*#([^"]+)"\)/, 'url(#$1)');
      shape.setAttribute(property, value);
    }
    shape.setAttribute('font-family', 'sans-serif');
  }
  return copy;
}

/** Colours of the theme are pairs for light and dark: only an element in use knows which holds. */
function colourOf(name: string): string {
  const probe = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  probe.setAttribute('fill', `var(${name})`);
  document.body.append(probe);
  const colour = getComputedStyle(probe).fill;
  probe.remove();
  return colour;
}

/** Marks of a legend on as many lines as they need. */
function wrapped(pen: CanvasRenderingContext2D, legend: readonly LegendMark[], width: number) {
  pen.font = '400 13px sans-serif';
  const lines: { mark: LegendMark; x: number }[][] = [];
  let x = Number.POSITIVE_INFINITY;
  for (const mark of legend) {
    const needed = 24 + pen.measureText(mark.text).width + 20;
    if (x + needed > width) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1)?.push({ mark, x });
    x += needed;
  }
  return lines;
}
