// What the host calls of this folder.
export { forgetSealed, sealDictionary, sortedDictionaryBytes, writeSortedDictionary } from './seal-dictionary';
export { rankOwnValues, uniteBlocks, unitedBlocksBytes, uniteDictionaries } from './unite-dictionaries';
export { sortedBlockBytes, writeSortedBlock } from './sort-block';
export { unitedDictionary } from './merge-state';
export { globalKeyLayout, keyGroups, lowerBound, releaseKeyedGroups, sampleKeys } from './key-groups';
export { groupsBytes, writeGroups } from './write-groups';
export { mergeNext, openMerge } from './merge-runs';
export { mergedBucket, mergedEvents, mergedRank, mergedValid, mergedValue } from './merged-columns';
export { keepSums, mergedSumBytes, mergedSumLengths, mergedSumValues } from './merged-sums';
export { mergeFault, mergeFaultMetric, mergeFaultRow, mergeFaultSum, mergedNulls, mergedTotal } from './finish-rows';
