import { probability, words } from '../../shared/format';
import { Progress, StandingBadge, type Standing } from '../../shared/ui/badges';
import type { RowProduct } from './rows';

const SHOWN_FINDINGS = 4;

/** What one product has to say of a study, on one line. */
export function ProductCell({ product }: { product: RowProduct }) {
  const name = product.name || words(product.product);
  const findings = product.findings ?? [];
  const standing = standingOf(product);
  return (
    <li data-product={product.product}>
      <span class="name">{name}</span>
      <StandingBadge standing={standing}>{textOf(product, standing)}</StandingBadge>
      {product.state === 'running' && (
        <>
          <Progress done={product.done} label={`${name} progress`} />
          {product.stage && <small>{product.stage}</small>}
        </>
      )}
      {findings.slice(0, SHOWN_FINDINGS).map((finding) => (
        <span key={`${finding.name}|${finding.laterality}`} class={finding.critical ? 'chip critical' : 'chip'}>
          {finding.critical && '! '}
          {finding.display || words(finding.name)}
          {finding.laterality ? ` ${finding.laterality}` : ''}
          {finding.probability != null && <b> {probability(finding.probability)}</b>}
        </span>
      ))}
      {findings.length > SHOWN_FINDINGS && <span class="chip">+{findings.length - SHOWN_FINDINGS}</span>}
      {product.reason && ['failed', 'refused', 'qualified'].includes(product.state) && <small>{product.reason}</small>}
    </li>
  );
}

function standingOf(product: RowProduct): Standing {
  if (product.state === 'ok') {
    return product.findings?.length ? 'found' : 'nothing';
  }
  return product.state;
}

function textOf(product: RowProduct, standing: Standing): string | undefined {
  const count = product.findings?.length ?? 0;
  if (standing === 'found') {
    return `${count} found`;
  }
  if (standing === 'qualified') {
    return count ? `${count} found, with reservations` : 'Nothing found, with reservations';
  }
  return undefined;
}
