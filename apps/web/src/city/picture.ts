const SCALE = 2;
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
];

/** Draws what is on the page as PNG and hands it to the browser, in the colours of the theme in use. */
export async function keepPicture(svg: SVGSVGElement, name: string): Promise<void> {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const shapes = svg.querySelectorAll('*');
  for (const [n, shape] of [...copy.querySelectorAll('*')].entries()) {
    const original = shapes[n];
    if (original === undefined) continue;
    const look = getComputedStyle(original);
    for (const property of LOOKS) shape.setAttribute(property, look.getPropertyValue(property));
    shape.setAttribute('font-family', 'sans-serif');
  }
  const image = new Image();
  // An address of the kind `data:` is what the content policy allows a picture.
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * SCALE);
  canvas.height = Math.ceil(height * SCALE);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('This browser draws no pictures.');
  pen.fillStyle = getComputedStyle(document.body).backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const link = document.createElement('a');
  link.href = canvas.toDataURL('image/png');
  link.download = name;
  link.click();
}
