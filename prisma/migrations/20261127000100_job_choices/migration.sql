-- A job's quote says what it minimises and every choice of how. Jobs that are here were posted when labels decided the loss,
-- and when whatever their quote does not name had only one value.
UPDATE "job" SET "quote" = "quote" || jsonb_build_object(
  'loss', CASE WHEN spec->'heldOut'->'labels'->>'dtype' = 'float32' THEN 'meanSquaredError' ELSE 'crossEntropy' END,
  'training', jsonb_build_object(
    'optimizer', 'adamw', 'momentum', 0.9, 'weightDecayOn', 'all', 'clipNorm', 0, 'averageDecay', 0,
    'accumulationSteps', 1, 'labelSmoothing', 0, 'weights', jsonb_build_object('kind', 'all')
  ) || ("quote"->'training')
)
WHERE NOT "quote" ? 'loss';
