export { AUDIENCES, type Audience, createSurvey, type Opinion, type Survey } from './survey.ts';
