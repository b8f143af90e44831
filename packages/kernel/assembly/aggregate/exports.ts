// What the host calls of this folder.
export { aggregate, aggregateRelease, aggregateSetup, groupBytes } from './aggregate';
export { groupCount, groupRows } from './group-rows';
export { groupKeyLayout } from './key-layout';
export { narrowToDouble } from './narrow-sum';
export { selectKept } from './select-kept';
export { wideAdd, wideAddNarrow, wideAddWide, wideToDouble } from './wide-sum';
export { addDouble, sumToDouble, wideCount, wideSums } from './wide-sums';
