-- A machine works for one job and a job has one machine at a time; a batch, once cleared, never changes.
CREATE UNIQUE INDEX match_order_once ON "match" ("orderId") WHERE state = 'active';
CREATE UNIQUE INDEX match_offer_once ON "match" ("offerId") WHERE state = 'active';
ALTER TABLE "match" ADD CONSTRAINT match_price_positive CHECK ("pricePerSegmentMicros" > 0);
ALTER TABLE "offer" ADD CONSTRAINT offer_floor_positive CHECK ("floorMicrosPerHour" > 0);
ALTER TABLE "market_order" ADD CONSTRAINT order_asks_for_work CHECK ("segmentCount" >= 0 AND "flopsPerSegment" > 0);
CREATE TRIGGER batch_append_only BEFORE UPDATE OR DELETE ON "batch" FOR EACH ROW EXECUTE FUNCTION refuse_change();
