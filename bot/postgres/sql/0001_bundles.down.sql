DROP TRIGGER tell_services ON askpolicy.published;
DROP FUNCTION askpolicy.tell_services();
ALTER TABLE askpolicy.published SET SCHEMA askpolicy_kept;
ALTER TABLE askpolicy.vectors SET SCHEMA askpolicy_kept;
ALTER TABLE askpolicy.files SET SCHEMA askpolicy_kept;
ALTER TABLE askpolicy.bundles SET SCHEMA askpolicy_kept;
