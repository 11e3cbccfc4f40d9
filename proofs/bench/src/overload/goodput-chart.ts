import { peakOf, type ServerAtLoad } from './overload-report.ts';

const width = 640;
const height = 360;
const margin = { left: 64, right: 120, top: 24, bottom: 48 };
/** These colours can be told apart in both of GitHub's themes, and in shades of grey. */
const colours = ['#2f81f7', '#d1242f', '#9a6700'];
const grey = '#808080';

/** Draws the goodput of each server over the load, as a fraction of its peak. @returns an SVG */
export function goodputChart(figures: readonly ServerAtLoad[]): string {
  const mostLoad = Math.max(...figures.map(({ load }) => load));
  const x = (load: number) => round(margin.left + (load / mostLoad) * (width - margin.left - margin.right));
  const y = (share: number) => round(height - margin.bottom - share * (height - margin.top - margin.bottom));
  const text = (at: number, down: number, content: string, rest = '') =>
    `<text x="${at}" y="${down}" fill="${grey}" ${rest}>${content}</text>`;
  const servers = Map.groupBy(figures, ({ server }) => server);
  const lines = [...servers].flatMap(([server, all], index) => {
    const points = all.map(({ load, goodput }) => ({ at: x(load), down: y(goodput / peakOf(figures, server)) }));
    const colour = colours[index % colours.length];
    const last = points.at(-1) ?? { at: 0, down: 0 };
    return [
      `<polyline points="${points.map(({ at, down }) => `${at},${down}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
      ...points.map(({ at, down }) => `<circle cx="${at}" cy="${down}" r="4" fill="${colour}"/>`),
      `<text x="${last.at + 10}" y="${last.down + 4}" fill="${colour}">${server}</text>`,
    ];
  });
  const loads = [...new Set(figures.map(({ load }) => load))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="14">`,
    '<title>Goodput over load</title>',
    ...[0, 0.5, 0.9, 1].flatMap((share) => [
      `<line x1="${x(0)}" y1="${y(share)}" x2="${x(mostLoad)}" y2="${y(share)}" stroke="${grey}" stroke-opacity="0.4"/>`,
      text(x(0) - 8, y(share) + 5, `${share * 100} %`, 'text-anchor="end"'),
    ]),
    ...loads.map((load) => text(x(load), height - margin.bottom + 20, `${load}`, 'text-anchor="middle"')),
    text(x(mostLoad / 2), height - 8, 'load, as a multiple of the capacity', 'text-anchor="middle"'),
    ...lines,
    '</svg>\n',
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
