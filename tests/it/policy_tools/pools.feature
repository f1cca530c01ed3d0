Feature: A pool holds people's accounts

  Scenario: it cannot be deleted by accident
    Given I have user_pool defined
    Then it must contain deletion_protection
    And its value must be ACTIVE

  Scenario: clients ask for a code and nothing else
    Given I have app_client defined
    Then it must contain allowed_oauth_flows
    And its value must not match the "implicit" regex
