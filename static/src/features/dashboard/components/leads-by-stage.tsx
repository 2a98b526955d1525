import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Overview } from '@/api/types';
import { useFormats } from '@/ui/format';
import { Panel } from '@/ui/panel';
import classes from './dashboard.module.css';

type Stages = Overview['leads_by_stage']['items'];

/** A bar for each stage, board by board; the longest is the stage with the most deals. */
export function LeadsByStage({ data }: { data: Overview['leads_by_stage'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const most = Math.max(...data.items.map(({ lead_count }) => lead_count), 1);
  return (
    <Panel title={t('dashboard.byStage')} note={t('boards.leads', { count: data.lead_count })}>
      {data.items.length === 0 && <p className={classes.quiet}>{t('dashboard.noBoards')}</p>}
      {boardsOf(data.items).map((stages) => (
        <div key={stages[0]?.board_id} className={classes.board}>
          <h3>
            <Link to={`/boards/${stages[0]?.board_id}`}>{stages[0]?.board_name}</Link>
          </h3>
          <ul className={classes.bars}>
            {stages.map((stage) => (
              <li key={stage.stage_id}>
                <span className={classes.barName} title={stage.name}>
                  {stage.name}
                </span>
                <span className={classes.track} aria-hidden>
                  <i
                    style={
                      {
                        '--share': stage.lead_count / most,
                        '--colour': stage.color,
                      } as CSSProperties
                    }
                  />
                </span>
                <span className={classes.barFigure}>
                  <strong>{formats.number(stage.lead_count)}</strong>
                  <span title={formats.money(stage.total_value)}>
                    {formats.moneyRound(stage.total_value)}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Panel>
  );
}

function boardsOf(stages: Stages): Stages[] {
  const boards = new Map<string, Stages>();
  for (const stage of stages) boards.set(stage.board_id, [...(boards.get(stage.board_id) ?? []), stage]);
  return [...boards.values()];
}
