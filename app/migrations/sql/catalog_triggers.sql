-- Every write to a product moves its number. Sharing takes the lock that publishing holds alone for a moment
-- (catalog/publishing.py tells why).
CREATE FUNCTION catalog.touch_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.tenant_id::text || ':catalog.touch', 0));
  NEW.touched := nextval('catalog.touch');
  RETURN NEW;
END $$;

-- Published rows stay as they are; an open row may be closed once.
CREATE FUNCTION catalog.keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed_as integer;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.to_version IS NULL AND NEW.to_version IS NOT NULL THEN
    closed_as := NEW.to_version;
    NEW.to_version := NULL;
    IF NEW IS NOT DISTINCT FROM OLD THEN
      NEW.to_version := closed_as;
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'what was published stays as it is' USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- A partner writes its answer and nothing else. Accepting amended terms takes over what the brand proposed.
CREATE FUNCTION catalog.partner_answers_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  answer text[] := ARRAY['state', 'answered_at', 'answered_by', 'answer_note', 'updated_at', 'proposed'];
  before jsonb := to_jsonb(OLD);
BEGIN
  IF nullif(current_setting('app.tenant', true), '')::uuid IS NOT DISTINCT FROM OLD.tenant_id THEN
    RETURN NEW;
  END IF;
  IF OLD.state = 'amended' AND NEW.state = 'active' AND NEW.proposed IS NULL AND NEW.revision = OLD.revision + 1 THEN
    before := to_jsonb(jsonb_populate_record(OLD, OLD.proposed)) || jsonb_build_object('revision', NEW.revision);
  END IF;
  IF (OLD.state || ' ' || NEW.state) IN ('offered accepted', 'offered active', 'offered refused', 'accepted active', 'amended active',
      'accepted ended', 'active ended', 'amended ended', 'suspended ended')
     AND (NEW.proposed IS NULL OR NEW.proposed = OLD.proposed)
     AND to_jsonb(NEW) - answer = before - answer THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a partner may answer an agreement and change nothing else of it' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON catalog.product FOR EACH ROW EXECUTE FUNCTION catalog.touch_product();

CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON catalog.published_product FOR EACH ROW EXECUTE FUNCTION catalog.keep_published();

CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON catalog.published_category FOR EACH ROW EXECUTE FUNCTION catalog.keep_published();

CREATE TRIGGER answer BEFORE UPDATE ON catalog.agreement FOR EACH ROW EXECUTE FUNCTION catalog.partner_answers_only();
