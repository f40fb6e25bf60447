import { attention } from "../attention";
import { gru } from "../gru";
import { lstm } from "../lstm";
import { rnn } from "../rnn";
import { rotaryEmbedding } from "../rotary-embedding";
import type { Operator } from "../operator";

export const sequences: readonly Operator[] = [attention, gru, lstm, rnn, rotaryEmbedding];
