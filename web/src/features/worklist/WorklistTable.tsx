import { useRef, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { ageAt, dicomDate, dicomTime, elapsed, personName } from '../../shared/format';
import { PriorityBadge } from '../../shared/ui/badges';
import { ProductCell } from './ProductCell';
import type { WorklistRow } from './rows';

/**
 * A plain table whose rows have one link each. Arrow keys move between the links (one tab stop for all of them), Enter
 * follows one, and a screen reader reads a table.
 */
export function WorklistTable({ rows, now }: { rows: WorklistRow[]; now: number }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [active, setActive] = useState<string>();
  const tabStop = rows.some(({ studyUid }) => studyUid === active) ? active : rows[0]?.studyUid;

  const onKeyDown = (event: KeyboardEvent) => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to !== undefined && at >= 0 && links[to]) {
      event.preventDefault();
      links[to].focus();
      links[to].scrollIntoView({ block: 'nearest' });
    }
  };

  return (
    <div class="scroll">
      <table>
        <caption class="unseen">Studies, newest first. Arrow keys move between rows, Enter opens a study.</caption>
        <thead>
          <tr>
            <th scope="col">Priority</th>
            <th scope="col">Waiting</th>
            <th scope="col">Patient</th>
            <th scope="col">Study</th>
            <th scope="col">Objects</th>
            <th scope="col">AI</th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {rows.map((row) => (
            <Row key={row.studyUid} row={row} now={now} tabStop={row.studyUid === tabStop} onFocus={setActive} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: WorklistRow;
  now: number;
  tabStop: boolean;
  onFocus: (study: string) => void;
}

function Row({ row, now, tabStop, onFocus }: RowProps) {
  const { studyLink, follow, prepareStudy } = useWorkplace();
  const age = ageAt(row.birthDate, row.studyDate);
  const about = [row.sex, age === undefined ? '' : `${age} y`, row.patientId].filter(Boolean).join(' · ');
  const openByClick = (event: MouseEvent) => {
    if (!(event.target as HTMLElement).closest('a, button') && !getSelection()?.toString()) {
      (event.currentTarget as HTMLElement).querySelector<HTMLAnchorElement>('a[data-row]')?.click();
    }
  };
  return (
    <tr onClick={openByClick} onMouseEnter={prepareStudy} onFocusIn={prepareStudy} data-study={row.studyUid}>
      <td>
        <PriorityBadge priority={row.priority ?? 'Routine'} />
      </td>
      <td class="number">{row.receivedAt ? elapsed(now - Date.parse(row.receivedAt)) : ''}</td>
      <td>
        <a
          data-row
          href={studyLink(row.studyUid)}
          onClick={follow}
          tabIndex={tabStop ? 0 : -1}
          onFocus={() => onFocus(row.studyUid)}
        >
          {personName(row.patientName)}
        </a>
        <small>{about}</small>
        {row.flags?.map((flag) => (
          <span key={flag} class="flag">
            ⚠ {FLAG_WORDS[flag] ?? flag}
          </span>
        ))}
      </td>
      <td>
        <span>
          <span class="modality">{row.modalities?.join('/')}</span> {row.description}
        </span>
        <small>
          {[dicomDate(row.studyDate), dicomTime(row.studyTime)].filter(Boolean).join(' ')}
          {row.accession ? ` · ${row.accession}` : ''}
        </small>
      </td>
      <td class="number">
        {row.instances ?? ''}
        <small>{row.settled === false ? 'arriving' : ''}</small>
      </td>
      <td>
        <ul class="products">
          {row.products?.map((product) => (
            <ProductCell key={product.product} product={product} />
          ))}
          {!row.products?.length && <li class="muted">No product has taken this study</li>}
        </ul>
      </td>
    </tr>
  );
}

const FLAG_WORDS: Record<string, string> = {
  'patient-mismatch': 'Images name different patients',
  'no-pixels': 'No images to read',
};
