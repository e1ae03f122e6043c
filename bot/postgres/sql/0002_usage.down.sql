ALTER TABLE askpolicy.counts SET SCHEMA askpolicy_kept;
ALTER TABLE askpolicy.feedback SET SCHEMA askpolicy_kept;
ALTER TABLE askpolicy.unanswered SET SCHEMA askpolicy_kept;
ALTER TABLE askpolicy.switches SET SCHEMA askpolicy_kept;
ALTER TABLE askpolicy.audit SET SCHEMA askpolicy_kept;
