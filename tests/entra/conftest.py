"""The stage of the sign-in for all tests of this folder."""

import sign_in_stage

served, stage = sign_in_stage.served, sign_in_stage.stage
vault, certificate = sign_in_stage.vault, sign_in_stage.certificate
