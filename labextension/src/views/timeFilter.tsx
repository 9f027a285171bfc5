import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';

import type { IRunFilter, Since } from '../filter';
import { Trans } from './context';

/** No run is older: a year that is typed half is not asked for. */
const FIRST_DAY = '2000-01-01';
const LAST_DAY = '2999-12-31';

/** How far back, or from which day to which. */
export function TimeFilter(props: {
  filter: IRunFilter;
  onChange: (part: Partial<IRunFilter>) => void;
}): JSX.Element {
  const { filter, onChange } = props;
  const { since, from, to } = filter;
  const trans = React.useContext(Trans);
  return (
    <>
      <HTMLSelect
        aria-label={trans.__('Submitted')}
        value={since}
        onChange={event =>
          onChange({ since: event.target.value as Since, from: '', to: '' })
        }
      >
        <option value="">{trans.__('Any time')}</option>
        <option value="day">{trans.__('Last 24 hours')}</option>
        <option value="week">{trans.__('Last 7 days')}</option>
        <option value="month">{trans.__('Last 30 days')}</option>
        <option value="days">{trans.__('Dates…')}</option>
      </HTMLSelect>
      {since === 'days' && (
        <span className="jp-OmniFilter-days">
          <Day
            label={trans.__('From this day on')}
            day={from}
            max={to || LAST_DAY}
            onChange={day => onChange({ from: day })}
          />
          –
          <Day
            label={trans.__('To the end of this day')}
            day={to}
            min={from || FIRST_DAY}
            onChange={day => onChange({ to: day })}
          />
        </span>
      )}
    </>
  );
}

/** A day in a calendar. What is typed counts when it is a day. */
function Day(props: {
  label: string;
  day: string;
  min?: string;
  max?: string;
  onChange: (day: string) => void;
}): JSX.Element {
  const { label, day, min = FIRST_DAY, max = LAST_DAY, onChange } = props;
  const [text, setText] = React.useState(day);
  React.useEffect(() => setText(day), [day]);
  return (
    <input
      type="date"
      className="jp-mod-styled"
      aria-label={label}
      title={label}
      value={text}
      min={min}
      max={max}
      onChange={event => {
        const { value, validity } = event.target;
        setText(value);
        if (validity.valid) {
          onChange(value);
        }
      }}
    />
  );
}
