ALTER TABLE askpolicy.texts SET SCHEMA askpolicy_kept;
