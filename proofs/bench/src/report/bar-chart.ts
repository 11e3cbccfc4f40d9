/** A bar of a chart. */
interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value as text, at the end of the bar. */
  readonly text: string;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const width = 760;
const left = 250;
const right = 130;
const barHeight = 16;
const rowHeight = 22;
const titleHeight = 34;
/** Visible in both of GitHub's themes. */
const colour = '#2f81f7';
const grey = '#808080';

/** Draws groups of horizontal bars. The longest bar of each group fills the width. @returns an SVG */
export function barChart(title: string, groups: readonly BarGroup[]): string {
  let y = 8;
  const parts = groups.flatMap(({ title: groupTitle, bars }) => {
    y += titleHeight;
    const most = Math.max(...bars.map(({ value }) => value));
    const heading = `<text x="8" y="${y - 10}" fill="${grey}" font-weight="bold">${escaped(groupTitle)}</text>`;
    const drawn = bars.map(({ label, value, text }) => {
      const length = Math.max(1, Math.round((value / most) * (width - left - right)));
      const row = [
        `<text x="${left - 8}" y="${y + 13}" fill="${grey}" text-anchor="end">${escaped(label)}</text>`,
        `<rect x="${left}" y="${y}" width="${length}" height="${barHeight}" fill="${colour}"/>`,
        `<text x="${left + length + 6}" y="${y + 13}" fill="${grey}">${escaped(text)}</text>`,
      ].join('');
      y += rowHeight;
      return row;
    });
    return [heading, ...drawn];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 8}" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
