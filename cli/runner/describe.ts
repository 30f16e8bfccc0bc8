export { describeVerdict, maskedPointers, rulesBehind } from '../../engine/policy/verdict-words.ts';
export { coverBy, describeFrame, describeReason, driftFrom, whyKept } from '../../gateway/judging/describe.ts';
