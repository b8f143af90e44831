// What the host calls of this folder.
export { dictionaryBytes, dictionaryCount, dictionaryEntries, emptyDictionaries, setDictionaries } from './dictionary';
export { encodeList } from './encode-list';
export { encodeDouble, encodeLong } from './encode-number';
export { encodeString } from './encode-string';
export { internValue } from './lookup';
