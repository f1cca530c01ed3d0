//! Plans as people see them.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::samples::{a, create_plan, destroy_plan, made_plan, planned, set, to, update_plan};
use super::*;
use crate::ui::line::tests::{marked, stripped};
use crate::ui::line::width;

/// The plan without colour; no line is wider than the page.
fn plain(plan: &Plan, columns: usize) -> String {
    let text = stripped(&text(plan, columns));
    for line in text.lines() {
        assert!(width(line) <= columns, "{line:?} is wider than {columns}");
    }
    text
}

#[test]
fn a_new_stack() {
    assert_snapshot!(plain(&create_plan(), 100), @r#"
    Stack dev

    To create
      + user_pool
          name                        goldstack-dev
          deletion_protection         ACTIVE
          username_attributes         [email]
          password_policy
            minimum_length            12
            require_lowercase         true
            require_numbers           true
            require_symbols           false
            require_uppercase         true
          mfa                         {mode: OPTIONAL, software_token: true}
          attributes.tenant_id        {type: String, mutable: false, min_length: 1, max_length: 64}
          email_verification_message  "Welcome to the shop. Your code is {####}; it holds for ten
                                      minutes, and nobody from the shop will ever ask you for it."
          tags                        {app: shop, app.kubernetes.io/name: "Größe 日本"}

      + app_client.web
          user_pool              (known after apply)
          client_name            web
          callback_urls          [https://dev.example.com/callback, http://localhost:3000/callback]
          allowed_oauth_scopes   [openid, email, profile]
          access_token_validity  1h

      + app_client.api  (again: ap-southeast-2_x/lost was deleted outside this stack)
          client_name  api

      + ui_customization
          user_pool  (known after apply)
          css        | .banner-customizable {
                     |   background-color: #ffffff;
                     |   padding: 25px;
                     | }
                     |
                     | .submitButton-customizable {
                     |   font-size: 14px;
                     |   font-weight: bold;
                     … 3 more lines

    Plan: 4 to create, 0 to update, 0 to delete.
    "#);
}

#[test]
fn a_new_stack_on_a_narrow_page() {
    assert_snapshot!(plain(&create_plan(), 60), @r#"
    Stack dev

    To create
      + user_pool
          name                        goldstack-dev
          deletion_protection         ACTIVE
          username_attributes         [email]
          password_policy
            minimum_length            12
            require_lowercase         true
            require_numbers           true
            require_symbols           false
            require_uppercase         true
          mfa
            mode                      OPTIONAL
            software_token            true
          attributes.tenant_id
            type                      String
            mutable                   false
            min_length                1
            max_length                64
          email_verification_message  "Welcome to the shop. Your
                                      code is {####}; it holds
                                      for ten minutes, and
                                      nobody from the shop will
                                      ever ask you for it."
          tags
            app                       shop
            app.kubernetes.io/name    "Größe 日本"

      + app_client.web
          user_pool              (known after apply)
          client_name            web
          callback_urls
            - https://dev.example.com/callback
            - http://localhost:3000/callback
          allowed_oauth_scopes   [openid, email, profile]
          access_token_validity  1h

      + app_client.api
          (again: ap-southeast-2_x/lost was deleted outside this
          stack)
          client_name  api

      + ui_customization
          user_pool  (known after apply)
          css        | .banner-customizable {
                     |   background-color: #ffffff;
                     |   padding: 25px;
                     | }
                     |
                     | .submitButton-customizable {
                     |   font-size: 14px;
                     |   font-weight: bold;
                     … 3 more lines

    Plan: 4 to create, 0 to update, 0 to delete.
    "#);
}

#[test]
fn a_plan_with_everything_in_it() {
    assert_snapshot!(plain(&update_plan(), 100), @r#"
    Stack dev

    Changed outside this stack, not declared here, left alone
      ! user_pool  ap-southeast-2_AbCdEfGhI
          ~ mfa.mode  OPTIONAL → OFF

    Deleted outside this stack, forgotten by it
      ! app_client.lost  ap-southeast-2_AbCdEfGhI/lost

    To update in place
      ~ user_pool  ap-southeast-2_AbCdEfGhI
          ~ password_policy.minimum_length  8 → 12
          ~ auto_verified_attributes
              - phone_number
              + email
          - lambda_triggers.pre_sign_up     arn:aws:lambda:ap-southeast-2:111122223333:function:pre
          + attributes.role
              type                          String
              mutable                       true
              min_length                    0
              max_length                    2048
          ~ email_verification_message
              - Your code is {####}.
              + Welcome to the shop: your code is {####}. It holds for ten minutes.
          ~ email_verification_subject      "Your code" → "Ihr Code für den Größenrechner 日本"
        changed outside this stack, undone by this plan
          ~ deletion_protection  INACTIVE → ACTIVE

      ~ domain.custom  auth.dev.example.com
          ~ certificate  certificate.domain → (known after apply)

      ~ ui_customization  ap-southeast-2_AbCdEfGhI/ALL
          ~ css
              @@ -1,5 +1,5 @@
                .banner-customizable {
              -   background-color: #ffffff;
              +   background-color: #f4f4f4;
                  padding: 25px;
                }

              @@ -7,5 +7,6 @@
                  font-size: 14px;
                  font-weight: bold;
                  margin: 20px 0px 10px 0px;
              -   height: 40px;
              +   height: 44px;
              +   color: #111111;
                }

    To replace
      +/- certificate.domain  arn:aws:acm:us-east-1:11112222…4-123456789012  (the new one is made first)
          ~ domain_name  *.dev.example.com → *.example.com  # forces replacement

      -/+ app_client.api  ap-southeast-2_AbCdEfGhI/1h57kf5cpq17m0eml12  (the old one is deleted first)
          ~ generate_secret        false → true  # forces replacement
          ~ access_token_validity  1h → 30m
          lost for good: the client's id and every session that was begun with it

    To delete
      - app_client.old      ap-southeast-2_AbCdEfGhI/2aaa
      - certificate.domain  arn:aws:acm:us-east-1:111122223333:certificate/0  (replaced earlier)

    Plan: 0 to create, 3 to update, 2 to replace, 2 to delete.
    "#);
}

#[test]
fn a_plan_with_everything_in_it_on_a_narrow_page() {
    assert_snapshot!(plain(&update_plan(), 60), @r"
    Stack dev

    Changed outside this stack, not declared here, left alone
      ! user_pool  ap-southeast-2_AbCdEfGhI
          ~ mfa.mode  OPTIONAL → OFF

    Deleted outside this stack, forgotten by it
      ! app_client.lost  ap-southeast-2_AbCdEfGhI/lost

    To update in place
      ~ user_pool  ap-southeast-2_AbCdEfGhI
          ~ password_policy.minimum_length
                                        8 → 12
          ~ auto_verified_attributes
              - phone_number
              + email
          - lambda_triggers.pre_sign_up
              arn:aws:lambda:ap-southeast-2:111…333:function:pre
          + attributes.role
              type                      String
              mutable                   true
              min_length                0
              max_length                2048
          ~ email_verification_message
              - Your code is {####}.
              + Welcome to the shop: your code is {####}. It
                holds for ten minutes.
          ~ email_verification_subject
              - Your code
              + Ihr Code für den Größenrechner 日本
        changed outside this stack, undone by this plan
          ~ deletion_protection  INACTIVE → ACTIVE

      ~ domain.custom  auth.dev.example.com
          ~ certificate  certificate…omain → (known after apply)

      ~ ui_customization  ap-southeast-2_AbCdEfGhI/ALL
          ~ css
              @@ -1,5 +1,5 @@
                .banner-customizable {
              -   background-color: #ffffff;
              +   background-color: #f4f4f4;
                  padding: 25px;
                }

              @@ -7,5 +7,6 @@
                  font-size: 14px;
                  font-weight: bold;
                  margin: 20px 0px 10px 0px;
              -   height: 40px;
              +   height: 44px;
              +   color: #111111;
                }

    To replace
      +/- certificate.domain  arn:aws:acm:us-east-1:…23456789012
          (the new one is made first)
          ~ domain_name  *.dev.example.com → *.example.com
              # forces replacement

      -/+ app_client.api  ap-southeast-2_AbCdEfGhI/…cpq17m0eml12
          (the old one is deleted first)
          ~ generate_secret        false → true
              # forces replacement
          ~ access_token_validity  1h → 30m
          lost for good: the client's id and every session that
          was begun with it

    To delete
      - app_client.old      ap-southeast-2_AbCdEfGhI/2aaa
      - certificate.domain  arn:aws:ac…ate/0  (replaced earlier)

    Plan: 0 to create, 3 to update, 2 to replace, 2 to delete.
    ");
}

#[test]
fn colours_add_and_never_carry() {
    let text = text(&update_plan(), 100);
    assert_snapshot!(marked(&text), @r#"
    [bold]Stack dev[/]

    [bold][cyan]Changed outside this stack, not declared here, left alone[/]
      [bold][cyan]! [/][bold]user_pool[/][dim]  ap-southeast-2_AbCdEfGhI[/]
          [yellow]~ [/]mfa.mode  [red]OPTIONAL[/][dim] → [/][green]OFF[/]

    [bold][cyan]Deleted outside this stack, forgotten by it[/]
      [bold][cyan]! [/][bold]app_client.lost[/]  [dim]ap-southeast-2_AbCdEfGhI/lost[/]

    [bold][yellow]To update in place[/]
      [bold][yellow]~ [/][bold]user_pool[/][dim]  ap-southeast-2_AbCdEfGhI[/]
          [yellow]~ [/]password_policy.minimum_length  [red]8[/][dim] → [/][green]12[/]
          [yellow]~ [/]auto_verified_attributes
              [red]- phone_number[/]
              [green]+ email[/]
          [red]- [/]lambda_triggers.pre_sign_up     [red]arn:aws:lambda:ap-southeast-2:111122223333:function:pre[/]
          [green]+ [/]attributes.role
              type                          String
              mutable                       true
              min_length                    0
              max_length                    2048
          [yellow]~ [/]email_verification_message
              [red]- [/][reverse][red]Your[/][red] code is {####}.[/]
              [green]+ [/][reverse][green]Welcome to the shop: your[/][green] code is {####}.[/][reverse][green] It holds for ten minutes.[/]
          [yellow]~ [/]email_verification_subject      [red]"Your code"[/][dim] → [/][green]"Ihr Code für den Größenrechner 日本"[/]
        [cyan]changed outside this stack, undone by this plan[/]
          [yellow]~ [/]deletion_protection  [red]INACTIVE[/][dim] → [/][green]ACTIVE[/]

      [bold][yellow]~ [/][bold]domain.custom[/][dim]  auth.dev.example.com[/]
          [yellow]~ [/]certificate  [red]certificate.domain[/][dim] → (known after apply)[/]

      [bold][yellow]~ [/][bold]ui_customization[/][dim]  ap-southeast-2_AbCdEfGhI/ALL[/]
          [yellow]~ [/]css
              [cyan]@@ -1,5 +1,5 @@[/]
                .banner-customizable {
              [red]-   background-color: #[/][reverse][red]ffffff[/][red];[/]
              [green]+   background-color: #[/][reverse][green]f4f4f4[/][green];[/]
                  padding: 25px;
                }

              [cyan]@@ -7,5 +7,6 @@[/]
                  font-size: 14px;
                  font-weight: bold;
                  margin: 20px 0px 10px 0px;
              [red]-   height: [/][reverse][red]40px[/][red];[/]
              [green]+   height: [/][reverse][green]44px;[/]
              [green]+ [/][reverse][green]  color: #111111[/][green];[/]
                }

    [bold][red]To replace[/]
      [bold][red]+/- [/][bold]certificate.domain[/][dim]  arn:aws:acm:us-east-1:11112222…4-123456789012[/]  [dim](the new one is made first)[/]
          [yellow]~ [/]domain_name  [red]*.dev.example.com[/][dim] → [/][green]*.example.com[/]  [red]# forces replacement[/]

      [bold][red]-/+ [/][bold]app_client.api[/][dim]  ap-southeast-2_AbCdEfGhI/1h57kf5cpq17m0eml12[/]  [dim](the old one is deleted first)[/]
          [yellow]~ [/]generate_secret        [red]false[/][dim] → [/][green]true[/]  [red]# forces replacement[/]
          [yellow]~ [/]access_token_validity  [red]1h[/][dim] → [/][green]30m[/]
          [bold][red]lost for good: [/][red]the client's id and every session that was begun with it[/]

    [bold][red]To delete[/]
      [bold][red]- [/][bold]app_client.old[/]      [dim]ap-southeast-2_AbCdEfGhI/2aaa[/]
      [bold][red]- [/][bold]certificate.domain[/]  [dim]arn:aws:acm:us-east-1:111122223333:certificate/0  (replaced earlier)[/]

    [bold]Plan: [/]0 to create, 3 to update, 2 to replace, 2 to delete.
    "#);
}

#[test]
fn taking_a_stack_away() {
    assert_snapshot!(plain(&destroy_plan(), 100), @r"
    Stack dev will be destroyed

    To delete
      - app_client.web  ap-southeast-2_AbCdEfGhI/1h57
      - domain.prefix   shop-dev
      - user_pool       ap-southeast-2_AbCdEfGhI
          lost for good: every user account in the pool (3 user accounts now)

    Plan: 0 to create, 0 to update, 3 to delete.
    ");
    assert_eq!(question(&destroy_plan()), "Destroy stack dev and its 3 objects?");
}

#[test]
fn nothing_to_do_is_one_line() {
    let keep = planned(Action::Keep, Some("ap-southeast-2_x"), Vec::new());
    let mut plan = made_plan(vec![("user_pool", keep)], Vec::new());
    assert!(!has_changes(&plan));
    assert_eq!(plain(&plan, 100), "No changes: AWS holds what stacks/dev.yaml asks for.\n");
    plan.resources.get_mut(&a("user_pool")).unwrap().undeclared = vec![to("mfa.mode", json!("ON"), json!("OFF"))];
    assert_snapshot!(plain(&plan, 100), @r"
    Stack dev

    Changed outside this stack, not declared here, left alone
      ! user_pool  ap-southeast-2_x
          ~ mfa.mode  ON → OFF

    No changes: AWS holds what stacks/dev.yaml asks for.
    ");
    let nothing = Plan { destroy: true, ..made_plan(Vec::new(), Vec::new()) };
    assert_eq!(plain(&nothing, 100), "No changes: nothing of stack dev is left to destroy.\n");
}

#[test]
fn long_lists_and_long_values_stay_on_the_page() {
    let urls = |from: usize, to: usize| -> Value {
        (from..to).map(|n| format!("https://tenant-{n}.example.com/signed-in")).collect()
    };
    let changes = vec![
        to("callback_urls", urls(0, 400), urls(15, 403)),
        to("logout_urls", json!(["https://a", "https://b"]), json!(["https://b", "https://a"])),
        to("description", json!("x".repeat(300)), json!("y".repeat(300))),
        to(
            "target",
            json!({"values": {"name": "a.example.com", "ttl": 60, "values": ["1.2.3.4"]}}),
            json!({"values": {"name": "a.example.com", "ttl": 300, "values": ["1.2.3.4", "5.6.7.8"]}}),
        ),
        to("other_target", json!({"values": {"ttl": 60}}), json!({"alias": {"domain": "domain.custom"}})),
        set("read_attributes", (0..60).map(|n| format!("custom:attribute_{n}")).collect()),
        to("a_field_with_a_name_so_long_that_it_takes_more_than_half_of_the_page.and_then_some", json!(1), json!(2)),
        to("control", json!("a\u{1b}[31m"), json!("b\u{202e}")),
        to(
            "message",
            json!(format!("{} end", "many words ".repeat(60))),
            json!(format!("{} END", "many words ".repeat(60))),
        ),
    ];
    let client = planned(Action::Update, Some("ap-southeast-2_x/1"), changes);
    let plan = made_plan(vec![("app_client.web", client)], vec![Step::Update(a("app_client.web"))]);
    assert_snapshot!(plain(&plan, 100), @r#"
    Stack dev

    To update in place
      ~ app_client.web  ap-southeast-2_x/1
          ~ callback_urls
              - https://tenant-0.example.com/signed-in
              - https://tenant-1.example.com/signed-in
              - https://tenant-2.example.com/signed-in
              - https://tenant-3.example.com/signed-in
              - https://tenant-4.example.com/signed-in
              - https://tenant-5.example.com/signed-in
              - https://tenant-6.example.com/signed-in
              - https://tenant-7.example.com/signed-in
              - https://tenant-8.example.com/signed-in
              - https://tenant-9.example.com/signed-in
                … 5 more that go
              + https://tenant-400.example.com/signed-in
              + https://tenant-401.example.com/signed-in
              + https://tenant-402.example.com/signed-in
                (385 unchanged)
          ~ logout_urls           in another order
              [https://a, https://b] → [https://b, https://a]
          ~ description
              - xxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxxxxxx
              + yyyyyyyyyyyyyyyyyyyyyyyy…yyyyyyyyyyyyyyyyyyyyyyyy
          ~ target.values.ttl     60 → 300
          ~ target.values.values
              + 5.6.7.8
                (1 unchanged)
          ~ other_target          {values: {ttl: 60}} → {alias: {domain: domain.custom}}
          + read_attributes       custom:attribute_0, custom:attribute_1, custom:attribute_2,
                                  custom:attribute_3, custom:attribute_4, custom:attribute_5,
                                  custom:attribute_6, custom:attribute_7, custom:attribute_8,
                                  custom:attribute_9, custom:attribute_10, custom:attribute_11,
                                  custom:attribute_12, custom:attribute_13, custom:attribute_14,
                                  custom:attribute_15, custom:attribute_16, custom:attribute_17
                                  … 42 more, 60 in all
          ~ a_field_with_a_name_so_long_that_it_takes_more_than_half_of_the_page.and_then_some
                                  1 → 2
          ~ control               "a\u{1b}[31m" → "b\u{202e}"
          ~ message
              - many words many words ma… many words many words  end
              + many words many words ma… many words many words  END

    Plan: 0 to create, 1 to update, 0 to delete.
    "#);
    plain(&plan, 60);
    plain(&plan, 48);
}

#[test]
fn counts_are_of_objects() {
    assert_eq!(Counts::of(&update_plan()), Counts { create: 0, update: 3, replace: 2, delete: 2, ..Counts::default() });
    assert_eq!(Counts::of(&create_plan()).to_string(), "4 to create, 0 to update, 0 to delete");
    assert_eq!(address(&Step::DeleteDeposed(a("user_pool"), "x".to_owned())), &a("user_pool"));
}

#[test]
fn what_an_earlier_run_began_is_finished_and_said() {
    let unfinished = planned(Action::Update, Some("arn:1"), Vec::new());
    let address = "certificate_validation.domain";
    let plan = made_plan(vec![(address, unfinished)], vec![Step::Update(a(address))]);
    let text = plain(&plan, 100);
    assert!(text.contains("~ certificate_validation.domain  arn:1  (finishing what an earlier run began)"), "{text}");
}
