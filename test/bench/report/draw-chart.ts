import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart, Series } from '../bench.ts';
import { formatValue } from './report.ts';

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

/** What a chart is drawn for: a page that is light, or one that is dark. */
export type Scheme = 'light' | 'dark';

const SIZE = { width: 760, height: 380 } as const;
/** Without quotes: they would end the attribute that holds it. */
const FONT = 'system-ui, sans-serif';

interface Colors {
  readonly text: string;
  readonly line: string;
  readonly background: string;
  readonly series: readonly string[];
}

/** Okabe and Ito's colours, which people who do not tell red from green can tell apart; lighter where it is dark. */
const COLORS: Readonly<Record<Scheme, Colors>> = {
  light: {
    text: '#24292f',
    line: '#d0d7de',
    background: '#ffffff',
    series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9'],
  },
  dark: {
    text: '#e6edf3',
    line: '#3d444d',
    background: '#0d1117',
    series: ['#56b4e9', '#ff9e4a', '#2fc79a', '#e59cc4', '#f0e442', '#7f9fff'],
  },
};

/** A chart as SVG text. */
export function drawChart(chart: Chart, scheme: Scheme): string {
  const canvas = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    canvas.setOption(toOption(chart, COLORS[scheme]));
    return canvas.renderToSVGString();
  } finally {
    canvas.dispose();
  }
}

function toOption({ kind, x, y, series, mark }: Chart, colors: Colors): EChartsCoreOption {
  const { text: color, line, background, series: palette } = colors;
  const style = { color, fontFamily: FONT, fontSize: 13 };
  const axis = {
    nameLocation: 'middle',
    nameTextStyle: style,
    axisLabel: {
      ...style,
      formatter: (value: number | string) => (typeof value === 'number' ? formatValue(value) : value),
    },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line } },
  };
  // Bars stand beside each other at each value, so values are categories there.
  const categories = [...new Set(series.flatMap(({ points }) => points.map(([at]) => formatValue(at))))];
  const ofBars = { type: 'category', data: categories };
  return {
    animation: false,
    backgroundColor: background,
    color: [...palette],
    textStyle: style,
    grid: { left: 88, right: 28, top: 56, bottom: 56 },
    legend: { top: 12, itemGap: 32, textStyle: style, data: series.map(({ name }) => name) },
    xAxis: { ...axis, ...(kind === 'bars' ? ofBars : scaleOf(x.logarithmic)), name: x.label, nameGap: 32 },
    yAxis: { ...axis, ...scaleOf(y.logarithmic), name: y.label, nameGap: 62 },
    series: series.map((one, index) => ({
      ...toSeries(one, kind),
      ...(index === 0 && mark !== undefined && { markLine: toMarkLine(mark, style, color) }),
    })),
  };
}

const scaleOf = (logarithmic = false) => ({ type: logarithmic ? 'log' : 'value' });

const toSeries = ({ name, points }: Series, kind: Chart['kind']) =>
  kind === 'bars'
    ? { type: 'bar', name, data: points.map(([at, value]) => [formatValue(at), value]) }
    : { type: 'line', name, data: points, symbol: 'circle', symbolSize: 7, lineStyle: { width: 2.5 } };

const toMarkLine = ({ name, y }: NonNullable<Chart['mark']>, style: object, color: string) => ({
  silent: true,
  symbol: 'none',
  lineStyle: { color, type: 'dashed', width: 1.5 },
  label: { ...style, formatter: name, position: 'insideEndTop' },
  data: [{ yAxis: y }],
});
