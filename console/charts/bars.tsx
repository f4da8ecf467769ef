// One chart of bars with its numbers as a table beside it: what a picture tells is told in words and rows too.

import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import type { ReactNode } from 'react';

const HEIGHT = 220;

/** One series of bars, a number for each name. */
export interface Series {
  readonly title: string;
  readonly values: readonly number[];
  /** That can be seen on light and on dark; the palette’s next one unless given. */
  readonly color?: string;
}

interface BarsProps {
  readonly title: string;
  /** One sentence: what is counted. */
  readonly description: string;
  /** What the bars stand for, below them. */
  readonly axis: string;
  readonly names: readonly string[];
  readonly series: readonly Series[];
  /** Bars that lie: for names too long to stand below each other’s bars. */
  readonly isLying?: boolean;
  /** A link to the list behind the numbers. */
  readonly link?: ReactNode;
  /** Said when every number is zero. */
  readonly nothing: string;
}

/** The chart in a box of its own. */
export function Bars(props: BarsProps) {
  const { title, description, link, nothing, names } = props;
  const series = props.series.filter(({ values }) => values.some((value) => value > 0));
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description={description} actions={link}>
          {title}
        </Header>
      }
    >
      {series.length === 0 ? (
        <Box color="text-body-secondary" padding={{ vertical: 'xl' }} textAlign="center">
          {nothing}
        </Box>
      ) : (
        <>
          <Picture {...props} series={series} />
          <ExpandableSection headerText="As a table">
            <Numbers caption={title} names={names} series={series} />
          </ExpandableSection>
        </>
      )}
    </Container>
  );
}

function Picture({ title, description, axis, names, series, isLying = false }: BarsProps) {
  const sums = names.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
  return (
    <BarChart
      ariaLabel={title}
      ariaDescription={description}
      height={HEIGHT}
      stackedBars
      horizontalBars={isLying}
      hideFilter
      hideLegend={series.length === 1}
      legendTitle="Kinds"
      xScaleType="categorical"
      xTitle={axis}
      yTitle="How many"
      xDomain={[...names]}
      yDomain={[0, roundUp(Math.max(...sums))]}
      i18nStrings={{ yTickFormatter: whole, detailPopoverDismissAriaLabel: 'Close' }}
      series={series.map((each) => ({
        type: 'bar',
        title: each.title,
        ...(each.color !== undefined && { color: each.color }),
        data: names.map((x, at) => ({ x, y: each.values[at] ?? 0 })),
        valueFormatter: whole,
      }))}
    />
  );
}

/** Ticks between whole numbers are left out: nobody has half a grant. */
function whole(value: number): string {
  return Number.isInteger(value) ? String(value) : '';
}

/** The next number that an axis ends well at. */
function roundUp(most: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return Math.max(4, Math.ceil(most / step) * step);
}

interface NumbersProps {
  readonly caption: string;
  readonly names: readonly string[];
  readonly series: readonly Series[];
}

function Numbers({ caption, names, series }: NumbersProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
    <section className="scrolls" tabIndex={0} aria-label={`${caption} as a table`}>
      <table className="values">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <td />
            {series.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, at) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {series.map(({ title, values }) => (
                <td key={title}>{values[at] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
