// What the host calls of this folder.
export { addKeys, decideEvents, eventsConsidered } from './decide-events';
export { dumpKeys } from './dump-keys';
export { frameBucket, frameBytes, frameCode, frameFingerprint, frameRows } from './frame';
export { frameBuffer, frameBufferBytes, releaseFrames } from './frame-buffer';
export { releasePlaces } from './frame-dictionaries';
export { partitionStartsAt } from './partition';
export { readEvents } from './read-events';
export { frameDictionary, readGroups } from './read-groups';
export { deferAll, spreadEvents } from './spread-events';
export { writeGroupsFrame } from './write-groups';
