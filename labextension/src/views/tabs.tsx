import React from 'react';

interface ITab {
  readonly id: string;
  readonly title: string;
  readonly render: () => JSX.Element;
}

/** One of some pages at a time. Arrow keys change it. */
export function Tabs(props: {
  label: string;
  first: string;
  tabs: readonly ITab[];
}): JSX.Element {
  const { label, first, tabs } = props;
  const [chosen, setChosen] = React.useState(first);
  const prefix = React.useId();
  const list = React.useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    tabs.findIndex(tab => tab.id === chosen)
  );
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = (at + step + tabs.length) % tabs.length;
      setChosen(tabs[next].id);
      list.current
        ?.querySelectorAll<HTMLElement>('[role="tab"]')
        [next]?.focus();
    }
  };
  return (
    <>
      <div
        ref={list}
        className="jp-OmniTabs"
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
      >
        {tabs.map(({ id, title }, index) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${prefix}-${id}`}
            aria-selected={index === at}
            aria-controls={`${prefix}-page`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => setChosen(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div
        className="jp-OmniTabs-page"
        role="tabpanel"
        id={`${prefix}-page`}
        aria-labelledby={`${prefix}-${tabs[at].id}`}
      >
        {tabs[at].render()}
      </div>
    </>
  );
}
