import { items, text, type Dataset } from '../../shared/dicomweb/dicomJson';

/** A content item of a structured report, as a person reads it (PS3.3 §C.17.3). */
export interface ContentItem {
  name: string;
  value: string;
  children: ContentItem[];
}

const TAG = {
  valueType: '0040A040',
  conceptName: '0040A043',
  content: '0040A730',
  meaning: '00080104',
  text: '0040A160',
  dateTime: '0040A120',
  date: '0040A121',
  time: '0040A122',
  personName: '0040A123',
  uid: '0040A124',
  code: '0040A168',
  measured: '0040A300',
  number: '0040A30A',
  units: '004008EA',
  codeValue: '00080100',
  referenced: '00081199',
  referencedUid: '00081155',
};

/** Deeper than any template nests; a report that nests further is cut there. */
const DEEPEST = 24;

export function contentTree(dataset: Dataset, depth = 0): ContentItem {
  return {
    name: meaning(dataset, TAG.conceptName),
    value: valueOf(dataset),
    children: depth < DEEPEST ? items(dataset, TAG.content).map((item) => contentTree(item, depth + 1)) : [],
  };
}

const meaning = (dataset: Dataset, tag: string) => {
  const [code] = items(dataset, tag);
  return code ? text(code, TAG.meaning) : '';
};

function valueOf(dataset: Dataset): string {
  switch (text(dataset, TAG.valueType)) {
    case 'TEXT':
      return text(dataset, TAG.text);
    case 'CODE':
      return meaning(dataset, TAG.code);
    case 'NUM': {
      const [measured] = items(dataset, TAG.measured);
      if (!measured) {
        return 'no value';
      }
      const [units] = items(measured, TAG.units);
      const unit = units ? text(units, TAG.codeValue) : '';
      return `${text(measured, TAG.number)}${unit && unit !== '1' ? ` ${unit}` : ''}`;
    }
    case 'PNAME':
      return text(dataset, TAG.personName).replaceAll('^', ' ').trim();
    case 'DATETIME':
      return text(dataset, TAG.dateTime);
    case 'DATE':
      return text(dataset, TAG.date);
    case 'TIME':
      return text(dataset, TAG.time);
    case 'UIDREF':
      return text(dataset, TAG.uid);
    case 'IMAGE':
    case 'COMPOSITE': {
      const [reference] = items(dataset, TAG.referenced);
      return reference ? text(reference, TAG.referencedUid) : '';
    }
    default:
      return '';
  }
}
