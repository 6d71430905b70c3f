import { useState } from 'preact/hooks';
import type { NotificationSettings } from '../../../client/alerts.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { Loaded } from '../parts/listed.js';
import { TimeSelect } from '../parts/time-select.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { PushSwitch } from '../push/push-switch.js';

const categories = ['chat', 'offer', 'deal', 'reminder', 'alert'] as const;
/** What most people who want any quiet hours want. */
const usualNight = { from: '22:00', to: '08:00' };

/** What one is told of, when, and with how many words. */
export function NotificationSettingsScreen() {
  const { alerts } = useHaggle();
  const { t } = useLanguage();
  const load = useLoad('notification settings', () => alerts.getNotificationSettings());
  return (
    <div class="with-bar">
      <ScreenBar title={t('news.settings')} back="/me/notifications" />
      <div class="scroll">
        <div class="page narrow">
          <PushSwitch />
          <Loaded load={load}>
            {(settings) => <Settings settings={settings} onChange={load.learn} />}
          </Loaded>
        </div>
      </div>
    </div>
  );
}

/** Each change is stored at once, and taken back where that fails. */
function Settings(props: {
  settings: NotificationSettings;
  onChange: (settings: NotificationSettings) => void;
}) {
  const { alerts } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const { settings, onChange } = props;
  const [wrong, setWrong] = useState<string>();
  const { quietHours } = settings;
  const change = async (
    shown: NotificationSettings,
    sent: Parameters<typeof alerts.changeNotificationSettings>[0],
  ) => {
    onChange(shown);
    try {
      onChange(await alerts.changeNotificationSettings(sent));
    } catch (error) {
      onChange(settings);
      toast(describeError(error, t));
    }
  };
  const setHours = (hours: NotificationSettings['quietHours']) => {
    if (hours && (hours.from === '' || hours.to === '')) return;
    const same = hours?.from === hours?.to && hours !== null;
    setWrong(same ? t('settings.sameTime') : undefined);
    if (!same) void change({ ...settings, quietHours: hours }, { quietHours: hours });
  };
  return (
    <>
      <h2 class="section-title">{t('settings.told')}</h2>
      {categories.map((category) => (
        <label key={category} class="check check-row">
          <span>{t(`settings.category.${category}`)}</span>
          <input
            type="checkbox"
            role="switch"
            checked={settings.categories[category]}
            onChange={({ currentTarget: { checked } }) =>
              void change(
                { ...settings, categories: { ...settings.categories, [category]: checked } },
                { categories: { [category]: checked } },
              )
            }
          />
        </label>
      ))}
      <label class="check check-row">
        <span>{t('settings.preview')}</span>
        <input
          type="checkbox"
          role="switch"
          checked={settings.preview}
          onChange={({ currentTarget: { checked: preview } }) =>
            void change({ ...settings, preview }, { preview })
          }
        />
      </label>
      <label class="check check-row">
        <span>{t('settings.quiet')}</span>
        <input
          type="checkbox"
          role="switch"
          checked={quietHours !== null}
          onChange={({ currentTarget: { checked } }) => setHours(checked ? usualNight : null)}
        />
      </label>
      <p class="field-note">{t('settings.quietHint')}</p>
      {quietHours && (
        <div class="filter-prices quiet-hours">
          <Field name="from" label={t('settings.from')} error={undefined}>
            <TimeSelect
              described={described('from', undefined)}
              value={quietHours.from}
              onChange={(from) => setHours({ ...quietHours, from })}
            />
          </Field>
          <Field name="to" label={t('settings.to')} error={wrong}>
            <TimeSelect
              described={described('to', wrong)}
              value={quietHours.to}
              onChange={(to) => setHours({ ...quietHours, to })}
            />
          </Field>
        </div>
      )}
    </>
  );
}
